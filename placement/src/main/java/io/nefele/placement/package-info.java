/**
 * Placement by offers: an agent asks its neighbours, each offers what it can take and holds it, and
 * the request is committed to some of them or to none. Pure.
 */
@NullMarked
package io.nefele.placement;

import org.jspecify.annotations.NullMarked;
