package io.nefele.contract;

/** A transport did what its port forbids. */
public final class RuleBroken extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final Rule rule;

  public RuleBroken(Rule rule, String how) {
    super(rule + ": " + how);
    this.rule = rule;
  }

  public Rule rule() {
    return rule;
  }
}
