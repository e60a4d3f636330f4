/** What the agent does on its Linux server: processes, through the init that is their parent. */
@NullMarked
package io.nefele.agent.linux;

import org.jspecify.annotations.NullMarked;
