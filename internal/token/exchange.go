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

	"github.com/apitoken/terraform-provider-apitoken/internal/said"
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
	// Headers are the headers that the API expects: name to value, in which
	// {token} stands for the token and {NAME} for an output. Exactly one value
	// holds {token}. They are never built from the token type, which vendors
	// spell as they like. They are secrets because a user may put an API key
	// among them.
	Headers map[string]said.Secret
	// DefaultTTL is the lifetime if neither the answer nor the token states one;
	// zero: unknown.
	DefaultTTL time.Duration
	// Revoke is the request that revokes the token (RFC 7009), in which {token}
	// stands for it; nil: tokens are not revoked. Callers that revoke their token
	// do not share it with those that do not.
	Revoke *Request
	// Advice is what to do about an HTTP status of the token endpoint, from
	// the vendor's own table; it comes before the general advice.
	Advice map[int]string
	// Secrets are further values that no message may repeat, besides those that
	// Request holds in JWT, Sources and Auth, and the public values beside them.
	Secrets said.Book
	// Describe makes errors list the names of what was sent and what came back,
	// for users who describe an endpoint themselves.
	Describe bool
	// Settings are the names of the attributes that a set of the service has, so that
	// advice names no other; nil: it may have any.
	Settings []string
	// FromEnvironment says that the credential set comes from environment variables,
	// which have no names for most of what a set may have.
	FromEnvironment bool
	// AuthMethods are the ways to authenticate that the issuer's metadata lists, by
	// their IANA names; nil: it is not known.
	AuthMethods []string
	// OtherAnswer is what more to do if the answer is an object without a token.
	OtherAnswer string
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
	// AllowHTTP allows a plain http:// URL to other machines than this one.
	AllowHTTP bool
	// Discovered says that URL is from an issuer's metadata, so that its host is
	// foreign text.
	Discovered bool
	// Template says that each {NAME} in URL, Headers, Query, Form, Body and Basic
	// is replaced: by a built-in value, the signed JWT and, in a revocation, by
	// the token and its outputs. Otherwise only a revocation's Form is filled.
	Template bool
	// Headers are further request headers.
	Headers map[string]said.Secret
	// Form is the body as application/x-www-form-urlencoded fields; nil: no form.
	Form Form
	// Body is the body as text, of the type ContentType; empty: none. At most one
	// of Form and Body is set.
	Body        said.Secret
	ContentType string
	// Query are parameters to add to the URL.
	Query map[string]said.Secret
	// JWT is signed for each request and put in the place of {jwt}; nil: none. It
	// needs a Template.
	JWT *SignedJWT
	// Sources are form fields whose values are obtained when the request is made.
	Sources map[string]Source
	// Auth authenticates the client; nil where the body holds the credentials.
	Auth ClientAuth
	// Certificate is the client's TLS certificate; nil: none.
	Certificate *ClientCertificate
}

// Response says where to find the values in an answer.
type Response struct {
	// Token is the path of the token.
	Token Path
	// TokenType is the path of the token type, which is "Bearer" if there is none.
	TokenType Path
	// ExpiresIn is the path of the lifetime. 0 or less means unknown.
	ExpiresIn Path
	// ExpiresInUnit is the unit of a bare number there; zero: a second.
	ExpiresInUnit time.Duration
	// ExpiresAt is the path of the time of expiry: RFC 3339, or seconds or
	// milliseconds since 1970.
	ExpiresAt Path
	// TokenBody says that the whole body is the token, with white space around it
	// trimmed.
	TokenBody bool
	// Success is the path of what must be true in a successful answer; empty: any
	// 2xx with a token is a success.
	Success Path
	// Error is the path of a failure's message; empty: the usual places.
	Error Path
	// Fields are further values of the service's answers: name to path.
	Fields map[string]Path
	// FieldDefaults are the values of fields that an answer does not have.
	FieldDefaults map[string]string
	// Outputs are further values that the user names: name to path.
	Outputs map[string]Path
}

// Form is a body of application/x-www-form-urlencoded fields.
type Form map[string][]said.Secret

// NewForm returns a form with one value per field. Empty values are left out.
func NewForm(fields map[string]string) Form {
	form := make(Form, len(fields))
	for name, value := range fields {
		if value != "" {
			form.set(name, said.NewSecret(value))
		}
	}
	return form
}

func (f Form) set(name string, value said.Secret) { f[name] = []said.Secret{value} }

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
func JSONBody(fields map[string]string) said.Secret {
	encoded, err := json.Marshal(fields)
	if err != nil {
		panic("a map of strings does not encode")
	}
	return said.NewSecret(string(encoded))
}

func (r *Request) method() string {
	if r.Method == "" {
		return http.MethodPost
	}
	return r.Method
}

// prepare puts headers, query, client authentication and body on an HTTP
// request. It runs before every attempt, so that each one has fresh JWTs and
// fresh values of its sources.
func (r *Request) prepare(req *http.Request, c *call) error {
	r, err := r.filledFor(req, c)
	if err != nil {
		return err
	}
	r.setQuery(req)
	req.Header = make(http.Header, len(r.Headers)+2)
	req.Header.Set("Accept", ContentTypeJSON)
	if c.exchange.Response.TokenBody {
		req.Header.Set("Accept", "*/*") // the token is a text of any type
	}
	form := r.Form.clone()
	for name, source := range r.Sources {
		value, err := c.present(req.Context(), name, source)
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
	c.fields = slices.Collect(maps.Keys(form))
	switch {
	case !r.Body.IsEmpty():
		setBody(req, r.ContentType, r.Body.Reveal())
	case len(form) > 0:
		setBody(req, contentTypeForm, form.encode())
	}
	// Last, so that the user's headers win.
	for name, value := range r.Headers {
		req.Header.Set(name, value.Reveal())
	}
	if host := req.Header.Get("Host"); host != "" {
		req.Host = host // net/http leaves the header out
	}
	return nil
}

// filledFor returns the request of one attempt, with its values filled in.
func (r *Request) filledFor(req *http.Request, c *call) (*Request, error) {
	values := map[string]said.Secret{}
	if r.Template {
		values = c.client.runtime.builtIns()
	}
	maps.Copy(values, c.places)
	if r.JWT != nil {
		signed, err := c.present(req.Context(), "jwt", *r.JWT)
		if err != nil {
			return nil, err
		}
		values["jwt"] = signed
	}
	if len(values) == 0 {
		return r, nil
	}
	filled := r.fill(values)
	at, err := url.Parse(filled.URL)
	if err != nil {
		return nil, c.exchange.fail(Error{Kind: KindURL, Problem: "its URL cannot be used: what is filled in makes it no URL"})
	}
	req.URL = at
	return &filled, nil
}

// setQuery sets the query: that of the URL exactly as written, then Query.
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

// host returns the endpoint's host, which is all of its URL that messages and
// logs show. One that an issuer's metadata names may repeat a secret.
func (x *Exchange) host() string {
	u, err := url.Parse(x.Request.URL)
	if err != nil {
		return ""
	}
	if x.Request.Discovered {
		return string(x.secrets().Judge().Name(said.NewForeign(u.Host)))
	}
	return u.Host
}

// secrets returns every value that no message may repeat.
func (x *Exchange) secrets() said.Book {
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
