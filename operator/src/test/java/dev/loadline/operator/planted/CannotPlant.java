package dev.loadline.operator.planted;

import java.io.IOException;

/** The machine does not allow what a fault needs. */
final class CannotPlant extends IOException {
  private static final long serialVersionUID = 1;

  CannotPlant(String what, IOException cause) {
    super(what + ": " + cause, cause);
  }
}
