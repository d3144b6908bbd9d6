package token

import (
	"encoding/json"
	"io"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"
)

const contentTypeForm = "application/x-www-form-urlencoded"

// ContentTypeJSON is the type of a JSON body.
const ContentTypeJSON = "application/json"

// Exchange says how to ask one token endpoint for a token with one set of
// credentials, and how to read the answer. Two exchanges with equal fields are
// the same exchange: they share one token.
type Exchange struct {
	// Service names the service, such as "emporix", in errors.
	Service string
	// Credentials names the credential set in errors.
	Credentials string
	// Issuer is the authorization server whose metadata names the endpoints that
	// have no URL here (RFC 8414, OpenID Connect Discovery); empty: none.
	Issuer string
	// Request is what is sent.
	Request Request
	// Response is how the answer is read.
	Response Response
	// Headers are what the API wants to see: name to value, in which {token}
	// stands for the token and {NAME} for an output. Exactly one value holds
	// {token}. Never built from the token type, whose spelling and value vendors
	// take lightly. They are secrets: a user may well have put a key among them.
	Headers map[string]Secret
	// DefaultTTL is the lifetime of a token that tells none; zero: unknown.
	DefaultTTL time.Duration
	// Revoke is the request that revokes the token (RFC 7009), in which {token}
	// stands for it; nil: tokens are not revoked. Those who revoke a token do not
	// share it with those who do not.
	Revoke *Request
	// Advice is what to do about an HTTP status of the token endpoint, from
	// the vendor's own table; it comes before the general advice.
	Advice map[int]string
	// Secrets are the values that no message may repeat, beside those that
	// Request.Auth holds.
	Secrets []Secret
	// Describe makes errors say what was sent and what came back, by names: it
	// helps those who describe an endpoint themselves.
	Describe bool
	// Endpoint is what messages call the endpoint; empty: the token endpoint.
	Endpoint string
}

// Request is the token request, without what the client authentication adds.
type Request struct {
	// Method is the HTTP method; empty: POST.
	Method string
	// URL is the endpoint.
	URL string
	// URLName is the attribute that holds URL, as messages name it; empty: token_url.
	URLName string
	// AllowHTTP lets URL be plain http:// off this machine.
	AllowHTTP bool
	// Headers are further request headers.
	Headers map[string]Secret
	// Form is the body as application/x-www-form-urlencoded fields; nil: no form.
	Form Form
	// Body is the body as it is, of the type ContentType; empty: none. At most
	// one of Form and Body is set.
	Body        Secret
	ContentType string
	// Query are parameters to add to the URL.
	Query map[string]Secret
	// JWT is signed for each request and put in the place of {jwt} in Headers,
	// Query, Form and Body; nil: none.
	JWT *SignedJWT
	// Sources are form fields whose value is got when the request is made.
	Sources map[string]Source
	// Auth authenticates the client; nil where the body holds the credentials.
	Auth ClientAuth
	// Certificate is the client's TLS certificate; nil: none.
	Certificate *ClientCertificate
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
	// ExpiresAt is where the time of expiry stands: RFC 3339, or seconds or
	// milliseconds since 1970.
	ExpiresAt Path
	// TokenBody is set where the whole body is the token, less white space around it.
	TokenBody bool
	// Success must be true, where it is set; otherwise any 2xx with a token is success.
	Success Path
	// Error is where the message about a failure stands; empty: the usual places.
	Error Path
	// Fields are further values of the service's answers: name to path.
	Fields map[string]Path
	// FieldDefaults are the values of fields that an answer does not have.
	FieldDefaults map[string]string
	// Outputs are further values that the user names: name to path.
	Outputs map[string]Path
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

// JSONBody returns fields as a JSON object, to be sent with ContentTypeJSON.
func JSONBody(fields map[string]string) Secret {
	encoded, err := json.Marshal(fields)
	if err != nil {
		panic("a map of strings does not encode")
	}
	return NewSecret(string(encoded))
}

func (r *Request) method() string {
	if r.Method == "" {
		return http.MethodPost
	}
	return r.Method
}

// prepare puts headers, query, client authentication and body on an HTTP
// request. It runs before every attempt, so that what must be fresh is.
func (r *Request) prepare(req *http.Request, c *call) error {
	if r.JWT != nil {
		signed, err := c.get(req.Context(), *r.JWT)
		if err != nil {
			return err
		}
		filled := r.fill(map[string]Secret{"jwt": signed})
		r = &filled
	}
	r.setQuery(req)
	req.Header = make(http.Header, len(r.Headers)+2)
	req.Header.Set("Accept", ContentTypeJSON)
	form := r.Form.clone()
	for name, source := range r.Sources {
		value, err := c.get(req.Context(), source)
		if err != nil {
			return err
		}
		form.set(name, value)
	}
	if r.Auth != nil {
		if err := r.Auth.authenticate(req.Context(), c, req.Header, form); err != nil {
			return err
		}
	}
	switch {
	case !r.Body.IsEmpty():
		setBody(req, r.ContentType, r.Body.Reveal())
	case len(form) > 0:
		setBody(req, contentTypeForm, form.encode())
	}
	// Last, so that what the user says is what is sent.
	for name, value := range r.Headers {
		req.Header.Set(name, value.Reveal())
	}
	return nil
}

// setQuery puts the URL's query, as it is written, and Query behind it.
func (r *Request) setQuery(req *http.Request) {
	_, written, _ := strings.Cut(r.URL, "?")
	added := make(url.Values, len(r.Query))
	for name, value := range r.Query {
		added.Set(name, value.Reveal())
	}
	if written != "" && len(added) > 0 {
		written += "&"
	}
	req.URL.RawQuery = written + added.Encode()
}

func setBody(req *http.Request, contentType, body string) {
	if contentType != "" {
		req.Header.Set("Content-Type", contentType)
	}
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
	found := slices.Clone(x.Secrets)
	if x.Request.JWT != nil {
		found = append(found, x.Request.JWT.secrets()...)
	}
	if x.Request.Auth != nil {
		found = append(found, x.Request.Auth.secrets()...)
	}
	for _, source := range x.Request.Sources {
		found = append(found, source.secrets()...)
	}
	return found
}
