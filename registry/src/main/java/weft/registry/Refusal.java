package weft.registry;

import weft.api.Problem;

/** Ends a request with an answer in the API's own error form. Thrown inside a transaction, it rolls that back. */
final class Refusal extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final Problem problem;
    private final String text;

    Refusal(Problem problem, String text) {
        super(text, null, false, false);
        this.problem = problem;
        this.text = text;
    }

    Problem problem() {
        return problem;
    }

    String text() {
        return text;
    }
}
