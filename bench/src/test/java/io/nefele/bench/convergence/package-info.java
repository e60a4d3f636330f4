@org.jspecify.annotations.NullMarked
package io.nefele.bench.convergence;
