package io.groundstream.jobs.cli;

/** What the command line's processes end with. Part of its contract. */
public final class ExitCodes {
  /** All went well. */
  public static final int OK = 0;

  /** A fault of Groundstream's own; there is a stack trace. */
  public static final int INTERNAL_ERROR = 1;

  /** Wrong usage: nothing was done. */
  public static final int USAGE = 2;

  /** Something, or everything, could not be done; standard error or the results say what. */
  public static final int FAILED = 3;

  private ExitCodes() {}
}
