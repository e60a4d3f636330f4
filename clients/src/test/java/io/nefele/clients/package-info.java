/** The clients for other languages, held to the codec. */
@org.jspecify.annotations.NullMarked
package io.nefele.clients;
