/**
 * The process table: single-writer rows replicated inside a level-0 group as deltas, and queries
 * over the whole fabric. Pure.
 */
@NullMarked
package io.nefele.table;

import org.jspecify.annotations.NullMarked;
