@NullMarked
package io.nefele.table.history;

import org.jspecify.annotations.NullMarked;
