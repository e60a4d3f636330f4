/* Where the sandbox keeps what the view needs. */
#ifndef NEFELE_VIEW_PLACES_H
#define NEFELE_VIEW_PLACES_H

/* Holds the real tools by their names, and an empty directory "proc". */
#define VIEW_DIRECTORY "/dev/nefele"

#endif
