/** What programs have used: learnt where they run, known to all agents. Pure. */
@NullMarked
package io.nefele.table.history;

import org.jspecify.annotations.NullMarked;
