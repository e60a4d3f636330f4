package io.nefele.agent.core;

import io.nefele.core.Bytes;
import io.nefele.core.FabricName;

/**
 * That somebody outside is a gateway of another fabric.
 *
 * @param fabric what that is called here
 * @param secret what is sent there is signed with that; empty: it is not
 */
public record Gateway(FabricName fabric, Bytes secret) {}
