/* What the init's own program does when it is run as the check of a process. */
#ifndef NEFELE_PROBE_H
#define NEFELE_PROBE_H

/* Whether the TCP port takes connections on this network's loopback: an exit code. */
int probe_port(unsigned port);

#endif
