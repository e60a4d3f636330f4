package io.nefele.agent.linux;

/**
 * Why a process could not be started.
 *
 * @param errno the kernel's error number
 */
public record LaunchFailure(Reason reason, int errno) {

  /** What was wrong, in the order in which a launch proceeds. */
  public enum Reason {
    HOST_CLOSING("the host of processes is shutting down"),
    OUT_OF_RESOURCES("the server has no room for another process"),
    OUTPUT_UNAVAILABLE("the files for its output can't be opened"),
    IDENTITY_REFUSED("its user or group can't be taken on"),
    BAD_WORKING_DIRECTORY("its working directory can't be entered"),
    GATE_UNAVAILABLE("this kernel does not let processes be held before they run"),
    COMMAND_NOT_FOUND("the command was not found"),
    INTERPRETER_NOT_FOUND("the interpreter that the command names was not found"),
    NOT_EXECUTABLE("the command can't be executed"),
    TOO_LARGE("its arguments and environment are too large");

    private final String text;

    Reason(String text) {
      this.text = text;
    }
  }

  @Override
  public String toString() {
    return reason.text + " (errno " + errno + ")";
  }
}
