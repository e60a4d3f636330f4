@NullMarked
package io.nefele.table.tenant;

import org.jspecify.annotations.NullMarked;
