package dev.loadline.operator.local.apiserver;

import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * What a deletion did.
 *
 * @param object the object's last state, or its state with the deletion mark
 * @param gone false if it only carries the mark
 */
public record DeleteOutcome(ObjectNode object, boolean gone) {}
