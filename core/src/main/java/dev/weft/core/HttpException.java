package dev.weft.core;

/**
 * A request that is refused, with the response that says so. Without a stack trace: it tells of the peer's fault, and a
 * hostile peer must not make it costly.
 */
public final class HttpException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** What to answer. */
    private final transient HttpResponse response;

    /**
     * A refusal with a plain text body.
     *
     * @param status the HTTP status, 400 to 599
     * @param message the fact, the value and the limit; becomes the body
     */
    public HttpException(int status, String message) {
        this(HttpResponse.text(status, message), message);
    }

    HttpException(HttpResponse response, String message) {
        super(message, null, false, false);
        this.response = response;
    }

    /**
     * What to answer.
     *
     * @return the response
     */
    public HttpResponse response() {
        return response;
    }
}
