/**
 * The protocol between a program and its agent over the agent's Unix socket; {@code
 * docs/wire-protocol.md} is its document for other languages. Pure: sockets are handled by the
 * agent's API server and by libnefele.
 */
@NullMarked
package io.nefele.wire;

import org.jspecify.annotations.NullMarked;
