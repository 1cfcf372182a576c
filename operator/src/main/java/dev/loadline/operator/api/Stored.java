package dev.loadline.operator.api;

import java.util.List;

/** An object as the API server has it: parts that cannot be read are absent, and named. */
public interface Stored {
  /** The parts that could not be read, of spec and status. */
  List<Unreadable> unreadable();
}
