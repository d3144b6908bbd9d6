package token

import (
	"cmp"
	"encoding/json"
	"io"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"golang.org/x/net/http/httpguts"

	"github.com/apitoken/terraform-provider-apitoken/internal/answer"
	"github.com/apitoken/terraform-provider-apitoken/internal/said"
	"github.com/apitoken/terraform-provider-apitoken/internal/source"
)

// Path says where a value is in a response.
type Path = answer.Path

// Types of bodies.
const (
	ContentTypeJSON = "application/json"
	contentTypeForm = "application/x-www-form-urlencoded"
)

// Exchange says how to ask one token endpoint for a token with one set of
// credentials, and how to read the response. Two exchanges with equal fields are
// the same exchange: they share one token.
type Exchange struct {
	Service     string // names the service, such as "emporix", in errors
	Credentials string // names the credential set in errors
	// Issuer is the authorization server whose metadata names the endpoints that
	// have no URL here (RFC 8414, OpenID Connect Discovery); empty: none.
	Issuer   string
	Request  Request  // what is sent
	Response Response // how the response is read
	// Headers are the headers that the API expects: name to value, in which
	// {token} stands for the token and {NAME} for an output. Exactly one value
	// holds {token}, or Basic does. They are never built from the token type, which
	// vendors spell as they like. They are secrets because a user may put an API key
	// among them.
	Headers    map[string]said.Secret
	Basic      *Basic        // HTTP Basic that the API expects, filled as Headers are; nil: none
	DefaultTTL time.Duration // the lifetime if neither the response nor the token states one; zero: unknown
	// KeepRefreshToken says that the newest refresh token is kept beyond this process and
	// sent, where Request.Form has the first one.
	KeepRefreshToken bool
	// Revoke is the request that revokes the token (RFC 7009), in which {token}
	// stands for it; nil: tokens are not revoked. Callers that revoke their token
	// do not share it with those that do not.
	Revoke      *Request
	Secrets     said.Book // the values that no message may repeat, and the public values beside them
	AuthMethods []string  // the ways to authenticate that the issuer's metadata lists, by their IANA names; nil: it is not known
}

// Request is the token request, without what the client authentication adds.
type Request struct {
	Method     string // the HTTP method; empty: POST
	URL        string // the endpoint
	AllowHTTP  bool   // allows a plain http:// URL to other machines than this one
	Discovered bool   // URL is from an issuer's metadata, so that its host is foreign text
	// Template says that each {NAME} in URL, Headers, Query, Form, Body and Basic
	// is replaced: by a built-in value, the value of a named source and, in a
	// revocation, by the token, its outputs and the named sources of its request.
	// Otherwise only a revocation's Form is filled.
	Template bool
	Headers  map[string]said.Secret // further request headers
	Form     Form                   // the body as application/x-www-form-urlencoded fields; nil: no form
	AsJSON   bool                   // sends Form, with what the sources and the client authentication add, as one JSON object
	// Body is the body as text, of the type ContentType; empty: none. At most one
	// of Form and Body is set.
	Body        said.Secret
	ContentType string
	BodyIsJSON  bool                     // Body is JSON, whatever ContentType says
	Query       map[string]said.Secret   // parameters to add to the URL
	Sources     map[string]source.Source // form fields whose values are obtained when the request is made
	Named       []Named                  // the sources of a Template, each after those that it names
	Auth        ClientAuth               // authenticates the client; nil where the body holds the credentials
	Certificate *ClientCertificate       // the client's TLS certificate; nil: none
	// Local gives what stands for the body of the response, so that no request is made; nil:
	// there is one.
	Local source.Source

	// NeedsRevocable says that a source is the token of another exchange that is to be
	// revoked, or needs one. Connect sets it.
	NeedsRevocable bool
}

// Named is a source with the NAME that {NAME} refers to.
type Named struct {
	Name   string
	Source source.Source
}

// Response says where to find the values in a response.
type Response struct {
	Token     Path // the path of the token
	TokenType Path // the path of the token type, which is "Bearer" if there is none
	// ExpiresIn is the path of the lifetime. 0 or less means unknown.
	ExpiresIn     Path
	ExpiresInUnit time.Duration // the unit of a bare number there; zero: a second
	ExpiresAt     Path          // the path of the time of expiry: RFC 3339, or seconds or milliseconds since 1970
	// SuccessStatuses are the HTTP statuses of a successful response, instead of 2xx; nil: 2xx.
	// A redirect with one of them is not followed.
	SuccessStatuses []int
	Success         Path              // the path of what must be true in a successful response; empty: any with a token is a success
	Error           Path              // the path of a failure's message; empty: the usual places
	Fields          map[string]Path   // further values of the service's responses: name to path
	FieldDefaults   map[string]string // the values of fields that a response does not have
	Outputs         map[string]Path   // further values that the user names: name to path
	// IsDescribed says that a user has described the responses: what looks like an error
	// in one, or like a page, means nothing unless Success or Error says so.
	IsDescribed bool
}

// mediaTypes returns the value of Accept: JSON, or any type if the token is a part of a
// text, or if nothing is read from JSON.
func (r *Response) mediaTypes() string {
	paths := slices.Concat([]Path{r.Token, r.TokenType, r.ExpiresIn, r.ExpiresAt, r.Success, r.Error},
		slices.Collect(maps.Values(r.Fields)), slices.Collect(maps.Values(r.Outputs)))
	place, _ := r.Token.In()
	isText := place == answer.PlaceBody || place == answer.PlaceRegex
	if isText || !r.Token.IsEmpty() && !slices.ContainsFunc(paths, Path.IsJSON) {
		return "*/*"
	}
	return ContentTypeJSON
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

func (f Form) encode() string {
	values := make(url.Values, len(f))
	for name, secrets := range f {
		for _, secret := range secrets {
			values.Add(name, secret.Reveal())
		}
	}
	return values.Encode()
}

// encodeJSON returns the fields as a JSON object. A field with several values is a list.
func (f Form) encodeJSON() string {
	object := make(map[string]any, len(f))
	for name, secrets := range f {
		values := make([]string, len(secrets))
		for i, secret := range secrets {
			values[i] = secret.Reveal()
		}
		object[name] = values
		if len(values) == 1 {
			object[name] = values[0]
		}
	}
	encoded, err := json.Marshal(object)
	if err != nil {
		panic("a map of texts does not encode")
	}
	return string(encoded)
}

// JSONBody returns fields as a JSON object, to be sent with ContentTypeJSON. A field is a
// text, or an object of texts.
func JSONBody[V string | map[string]string](fields map[string]V) said.Secret {
	encoded, err := json.Marshal(fields)
	if err != nil {
		panic("a map of strings does not encode")
	}
	return said.NewSecret(string(encoded))
}

// Verb returns the HTTP method.
func (r *Request) Verb() string { return cmp.Or(r.Method, http.MethodPost) }

// prepare puts headers, query, client authentication and body on an HTTP
// request. It runs before every attempt, so that each one has fresh JWTs and
// fresh values of its sources.
func (r *Request) prepare(req *http.Request, c *call) error {
	if err := c.obtain(req.Context(), r); err != nil {
		return err
	}
	r, err := r.filledFor(req, c)
	if err != nil {
		return err
	}
	r.setQuery(req)
	req.Header = make(http.Header, len(r.Headers)+2)
	req.Header.Set("Accept", c.exchange.Response.mediaTypes())
	form := Form{}
	maps.Copy(form, r.Form)
	for name, from := range r.Sources {
		value, err := c.present(req.Context(), name, from)
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
	r.setBody(req, form)
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
	values := maps.Clone(c.places)
	if r.Template {
		values = c.values()
	}
	if len(values) == 0 {
		return r, nil
	}
	filled := r.fill(values)
	for _, name := range slices.Sorted(maps.Keys(filled.Headers)) {
		if !httpguts.ValidHeaderFieldValue(filled.Headers[name].Reveal()) {
			return nil, &Error{
				Kind: KindRequest, Problem: ProblemUnfitSource, Purpose: c.purpose, Exchange: c.exchange,
				Name: name, Output: unfitPlace(values, r.Headers[name].Reveal()),
			}
		}
	}
	at, err := url.Parse(filled.URL)
	if err != nil {
		return nil, &Error{Kind: KindURL, Purpose: c.purpose, Exchange: c.exchange}
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

// setBody sets the body: the text, or the form.
func (r *Request) setBody(req *http.Request, form Form) {
	switch {
	case !r.Body.IsEmpty():
		setBody(req, r.ContentType, r.Body.Reveal())
	case len(form) > 0 && r.AsJSON:
		setBody(req, ContentTypeJSON, form.encodeJSON())
	case len(form) > 0:
		setBody(req, contentTypeForm, form.encode())
	}
}

func setBody(req *http.Request, contentType, body string) {
	if contentType != "" {
		req.Header.Set("Content-Type", contentType)
	}
	req.ContentLength = int64(len(body))
	req.GetBody = func() (io.ReadCloser, error) { return io.NopCloser(strings.NewReader(body)), nil }
	req.Body, _ = req.GetBody()
}

// Host returns the endpoint's host, with its port if it has one: all of its URL that
// messages and logs show. One that an issuer's metadata names may repeat a secret.
func (x *Exchange) Host() string {
	u, err := url.Parse(x.Request.URL)
	if err != nil {
		return ""
	}
	if x.Request.Discovered {
		return string(x.Secrets.Judge().Name(said.NewForeign(u.Host)))
	}
	return u.Host
}
