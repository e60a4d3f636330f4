/** What the operating system alone takes for the same job. */
@NullMarked
package io.nefele.bench.floor;

import org.jspecify.annotations.NullMarked;
