package token

import (
	"encoding/json"
	"io"
	"maps"
	"net/http"
	"net/url"
	"strings"
	"time"
)

const (
	contentTypeForm = "application/x-www-form-urlencoded"
	contentTypeJSON = "application/json"
)

// Exchange says how to ask one token endpoint for a token with one set of
// credentials, and how to read the answer. Two exchanges with equal fields are
// the same exchange: they share one token.
type Exchange struct {
	// Service names the service, such as "emporix", in errors.
	Service string
	// Credentials names the credential set in errors.
	Credentials string
	// Request is what is sent.
	Request Request
	// Response is how the answer is read.
	Response Response
	// Headers are what the API wants to see: name to value, in which {token}
	// stands for the token. Exactly one value holds it. Never built from the
	// token type, whose spelling and value vendors take lightly.
	Headers map[string]string
	// Advice is what to do about an HTTP status of the token endpoint, from
	// the vendor's own table; it comes before the general advice.
	Advice map[int]string
	// Secrets are the values that no message may repeat, beside those that
	// Request.Auth holds.
	Secrets []Secret
}

// Request is the token request, without what the client authentication adds.
type Request struct {
	// URL is the token endpoint.
	URL string
	// AllowHTTP lets URL be plain http:// off this machine.
	AllowHTTP bool
	// Headers are further request headers.
	Headers map[string]Secret
	// Form is the body as application/x-www-form-urlencoded fields; nil: no form.
	Form Form
	// JSON is the body as JSON text; empty: no JSON. At most one of Form and JSON is set.
	JSON Secret
	// Auth authenticates the client; nil where the body holds the credentials.
	Auth ClientAuth
}

// Response is where the answer's values stand.
type Response struct {
	// Token is where the token stands.
	Token Path
	// TokenType is where the type stands; where nothing stands it is "Bearer".
	TokenType Path
	// ExpiresIn is where the lifetime stands. 0 or less means unknown.
	ExpiresIn Path
	// ExpiresInUnit is the unit of a bare number there; zero: a second.
	ExpiresInUnit time.Duration
	// Outputs are further values: name to path.
	Outputs map[string]Path
	// OutputDefaults are the values of outputs that the answer does not have.
	OutputDefaults map[string]string
}

// Form is a body of application/x-www-form-urlencoded fields.
type Form map[string][]Secret

// NewForm returns a form with one value a field, without the empty ones.
func NewForm(fields map[string]string) Form {
	form := make(Form, len(fields))
	for name, value := range fields {
		if value != "" {
			form.set(name, NewSecret(value))
		}
	}
	return form
}

func (f Form) set(name string, value Secret) { f[name] = []Secret{value} }

func (f Form) clone() Form {
	form := make(Form, len(f))
	maps.Copy(form, f)
	return form
}

func (f Form) encode() string {
	values := make(url.Values, len(f))
	for name, secrets := range f {
		for _, secret := range secrets {
			values.Add(name, secret.Reveal())
		}
	}
	return values.Encode()
}

// JSONBody returns fields as a JSON object.
func JSONBody(fields map[string]string) Secret {
	encoded, err := json.Marshal(fields)
	if err != nil {
		panic("a map of strings does not encode: " + err.Error())
	}
	return NewSecret(string(encoded))
}

// prepare puts headers, client authentication and body on an HTTP request. It
// runs before every attempt, so that what must be fresh is.
func (r *Request) prepare(req *http.Request) {
	req.Header = make(http.Header, len(r.Headers)+2)
	req.Header.Set("Accept", contentTypeJSON)
	for name, value := range r.Headers {
		req.Header.Set(name, value.Reveal())
	}
	form := r.Form.clone()
	if r.Auth != nil {
		r.Auth.authenticate(req.Header, form)
	}
	switch {
	case !r.JSON.IsEmpty():
		setBody(req, contentTypeJSON, r.JSON.Reveal())
	case len(form) > 0:
		setBody(req, contentTypeForm, form.encode())
	}
}

func setBody(req *http.Request, contentType, body string) {
	req.Header.Set("Content-Type", contentType)
	req.ContentLength = int64(len(body))
	req.GetBody = func() (io.ReadCloser, error) { return io.NopCloser(strings.NewReader(body)), nil }
	req.Body, _ = req.GetBody()
}

// host returns the endpoint's host, which is all of its URL that messages show.
func (x *Exchange) host() string {
	u, err := url.Parse(x.Request.URL)
	if err != nil {
		return ""
	}
	return u.Host
}

// secrets returns every value that no message may repeat.
func (x *Exchange) secrets() []Secret {
	if x.Request.Auth == nil {
		return x.Secrets
	}
	return append(x.Request.Auth.secrets(), x.Secrets...)
}
