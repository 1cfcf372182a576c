package dev.loadline.operator.kube;

/** Conditions of a test. */
enum TestCondition {
  Ready,
  Active,
  Healthy
}
