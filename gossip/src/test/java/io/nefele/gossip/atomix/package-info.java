@org.jspecify.annotations.NullMarked
package io.nefele.gossip.atomix;
