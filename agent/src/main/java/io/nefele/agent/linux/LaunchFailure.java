package io.nefele.agent.linux;

/**
 * Why a process could not be started.
 *
 * @param errno the kernel's error number
 */
public record LaunchFailure(Reason reason, int errno) {

  private static final int ENOEXEC = 8;
  private static final int EACCES = 13;

  /** What was wrong, in the order in which a launch proceeds. */
  public enum Reason {
    NO_HOST("the tenant's namespaces can't be made on this server"),
    HOST_CLOSING("the host of processes is shutting down"),
    OUT_OF_RESOURCES("the server has no room for another process"),
    NOT_BESIDE("the process that it was to join does not run any more"),
    LIMITS_REFUSED("the kernel does not set the limits that it was given"),
    TERMINAL_UNAVAILABLE("it can't be given a terminal or a pipe"),
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

  private String text() {
    if (reason != Reason.NOT_EXECUTABLE) {
      return reason.text;
    }
    return switch (errno) {
      case EACCES -> "there is no permission to execute the command";
      case ENOEXEC -> "the command is no program for this machine, and no script with a #! line";
      default -> reason.text;
    };
  }

  @Override
  public String toString() {
    return text() + " (errno " + errno + ")";
  }
}
