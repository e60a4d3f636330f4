/** Tenants, their quotas and their unique names: small, known to every agent. Pure. */
@NullMarked
package io.nefele.table.tenant;

import org.jspecify.annotations.NullMarked;
