package io.nefele.table;

import io.nefele.core.Bytes;
import java.util.List;

/**
 * Makes of rows what is handed on as it is to whoever asked: clients read them in a form of their
 * own. Each agent does so for the rows that it answers for, so that the one in between need not
 * read them. Called from where the core is stepped.
 */
public interface Presentation {
  Bytes of(List<RowView> rows);
}
