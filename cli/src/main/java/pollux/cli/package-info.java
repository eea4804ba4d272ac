/** The {@code pollux} command: every job of the house by name, one small class each. */
package pollux.cli;
