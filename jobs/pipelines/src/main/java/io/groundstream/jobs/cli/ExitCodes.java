package io.groundstream.jobs.cli;

/** The exit codes of the command line. Part of its contract. */
public final class ExitCodes {
  /** Success. */
  public static final int OK = 0;

  /** A fault in Groundstream itself; there is a stack trace. */
  public static final int INTERNAL_ERROR = 1;

  /** Wrong usage; nothing was done. */
  public static final int USAGE = 2;

  /** Part or all of the work failed; standard error or the results say what. */
  public static final int FAILED = 3;

  private ExitCodes() {}
}
