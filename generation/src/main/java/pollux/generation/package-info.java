/** Prompts in, answers out: what a Java program embeds to ask the family. */
package pollux.generation;
