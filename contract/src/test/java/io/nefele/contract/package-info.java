/** What the simulator's fakes and the real transports must both keep, and the checks of it. */
@NullMarked
package io.nefele.contract;

import org.jspecify.annotations.NullMarked;
