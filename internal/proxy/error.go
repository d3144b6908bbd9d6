package proxy

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"github.com/apitoken/terraform-provider-apitoken/internal/said"
)

// Reason is why the proxy itself refuses a request.
type Reason int

// The reasons of a RefusedError.
const (
	ReasonHost    Reason = iota + 1 // the header Host names another server
	ReasonKey                       // no header has the key
	ReasonMethod                    // the method is CONNECT or TRACE
	ReasonPath                      // the path is not below that of the API
	ReasonBody                      // the body ended before its end
	ReasonClosing                   // the proxy is about to end
)

// RefusedError says that the proxy itself refuses a request, which was not sent on, or not as
// a whole.
type RefusedError struct {
	Reason  Reason
	Address string       // host and port of the proxy
	Path    said.Foreign // that of the request (ReasonPath)
}

// Error has the number of the reason, for a log of Go's. Explain words it.
func (e *RefusedError) Error() string { return "refused for reason " + strconv.Itoa(int(e.Reason)) }

// UpstreamError says that the API gave no response. It does not print its cause, which may
// quote what a server has sent.
type UpstreamError struct{ cause error }

// noResponse is how an UpstreamError prints.
const noResponse = "no response from the API"

// Error leaves the cause out.
func (UpstreamError) Error() string { return noResponse }

// Format writes what Error says for every verb.
func (UpstreamError) Format(f fmt.State, _ rune) { _, _ = f.Write([]byte(noResponse)) }

// MarshalText returns what Error says; encoding/json, encoding/xml and log/slog use it.
func (UpstreamError) MarshalText() ([]byte, error) { return []byte(noResponse), nil }

// Unwrap returns the cause.
func (e UpstreamError) Unwrap() error { return e.cause }

const (
	typeText    = "text/plain; charset=utf-8"
	typeProblem = "application/problem+json" // RFC 9457
)

// problem is an Answer as RFC 9457, section 3.1, has it.
type problem struct {
	Title  string `json:"title"`
	Status int    `json:"status"`
	Detail string `json:"detail"`
}

// answer sends a response of the proxy's own: text, or problem details if the client accepts
// them by name.
func (p *Proxy) answer(w http.ResponseWriter, r *http.Request, err error) {
	a := p.settings.Explain(err)
	p.settings.Log(r.Context(), r.Method, a)
	header := w.Header()
	clear(header)
	header.Set("Proxy-Status", "apitoken_proxy") // RFC 9209: who answers
	header.Set("Cache-Control", "no-store")
	header.Set("X-Content-Type-Options", "nosniff")
	switch a.Status {
	case http.StatusMisdirectedRequest, http.StatusProxyAuthRequired:
		header.Set("Connection", "close") // it may be anybody
	}
	if a.Status == http.StatusProxyAuthRequired {
		header.Set("Proxy-Authenticate", `Bearer realm="apitoken_proxy"`)
	}
	if a.Status == http.StatusMethodNotAllowed {
		header.Set("Allow", "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS")
	}
	kind, body := typeText, []byte(a.Title+"\n\n"+a.Text+"\n")
	if strings.Contains(strings.ToLower(strings.Join(r.Header["Accept"], ",")), typeProblem) {
		kind = typeProblem
		body, _ = json.Marshal(problem{a.Title, a.Status, a.Text}) //nolint:errchkjson // texts and a number encode
	}
	header.Set("Content-Type", kind)
	w.WriteHeader(a.Status)
	_, _ = w.Write(body)
}
