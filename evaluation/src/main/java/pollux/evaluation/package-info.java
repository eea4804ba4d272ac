/** What the family can do: fresh cases for each skill, exactly judged, with intervals. */
package pollux.evaluation;
