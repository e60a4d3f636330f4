#include "rows.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum { ANSWER_MILLIS = 5000 };

static int by_id(const void *left, const void *right)
{
    return strcmp(((const struct row *)left)->process->id.text,
                  ((const struct row *)right)->process->id.text);
}

/* FNV-1a, folded into the numbers that are free. */
static int number_of(const char *id)
{
    uint64_t hash = 14695981039346656037u;
    for (const char *at = id; *at != '\0'; at++)
        hash = (hash ^ (unsigned char)*at) * 1099511628211u;
    return NUMBER_FIRST + (int)((hash ^ hash >> 32) % (NUMBER_LAST - NUMBER_FIRST + 1));
}

static int by_number(const void *left, const void *right)
{
    int a = *(const int *)left, b = *(const int *)right;
    return (a > b) - (a < b);
}

/* Whoever wants a number that is taken gets the next one that nobody wants. */
static bool give_numbers(struct rows *rows)
{
    int *wanted = calloc(rows->count + 1, sizeof *wanted);
    if (wanted == NULL)
        return false;
    for (size_t i = 0; i < rows->count; i++)
        wanted[i] = rows->rows[i].number = number_of(rows->rows[i].process->id.text);
    qsort(wanted, rows->count, sizeof *wanted, by_number);
    bool clash = false;
    for (size_t i = 1; i < rows->count; i++)
        clash |= wanted[i] == wanted[i - 1];
    for (size_t i = 0; clash && i < rows->count; i++)
        for (size_t before = 0; before < i; before++)
            if (rows->rows[before].number == rows->rows[i].number)
                do
                    rows->rows[i].number =
                        rows->rows[i].number == NUMBER_LAST ? NUMBER_FIRST : rows->rows[i].number + 1;
                while (bsearch(&rows->rows[i].number, wanted, rows->count, sizeof *wanted, by_number));
    free(wanted);
    return true;
}

bool rows_list(struct nefele *fabric, struct rows *rows)
{
    *rows = (struct rows){0};
    if (nefele_ps(fabric, 0, &rows->found, ANSWER_MILLIS) < 0)
        return false;
    rows->count = rows->found.count;
    rows->rows = calloc(rows->count + 1, sizeof *rows->rows);
    if (rows->rows == NULL)
        return false;
    for (size_t i = 0; i < rows->count; i++)
        rows->rows[i].process = &rows->found.rows[i];
    qsort(rows->rows, rows->count, sizeof *rows->rows, by_id);
    return give_numbers(rows);
}

void rows_free(struct rows *rows)
{
    nefele_processes_free(&rows->found);
    free(rows->rows);
}

const struct row *rows_find(const struct rows *rows, int number)
{
    for (size_t i = 0; i < rows->count; i++)
        if (rows->rows[i].number == number)
            return &rows->rows[i];
    return NULL;
}
