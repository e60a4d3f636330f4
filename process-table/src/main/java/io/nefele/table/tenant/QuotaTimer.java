package io.nefele.table.tenant;

import io.nefele.core.Name;

/** What a timer of {@link Quotas} is for. */
public sealed interface QuotaTimer {

  /** This agent asks again, or gives up. */
  record AskAgain(long token) implements QuotaTimer {}

  /** As a keeper: those that wait are looked at again. */
  record LookAgain(Name tenant) implements QuotaTimer {}
}
