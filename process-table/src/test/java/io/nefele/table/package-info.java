@NullMarked
package io.nefele.table;

import org.jspecify.annotations.NullMarked;
