/**
 * {@code nefele bench}: what the fabric costs on this machine. Each number stands beside its floor
 * or a peer that was measured in the same run; reports are Markdown for people and JSON for
 * programs, and a rerun replaces them.
 */
@NullMarked
package io.nefele.bench;

import org.jspecify.annotations.NullMarked;
