package sandbox

import (
	"encoding/base32"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"
	"time"
)

const (
	typeJSON = "application/json"
	typeForm = "application/x-www-form-urlencoded"
)

// Row is the token endpoint of one vendor, written from the vendor's public documents. It
// accepts the documented request, and nothing else.
//
// In the request, ID and SECRET are placeholders for those of one of its Clients, and
// SCOPE for the requested scopes. Each is a whole value: a parameter, a header, or a
// member of the body. Only SCOPE is optional.
//
// Further placeholders are words of a value, such as the last one of "Bearer JWT": HMAC, TOTP
// and JWT, for what the fields of these names describe; UNIX, MILLIS and RFC3339, for the time
// of the request; UUID, for a random one; and INNER, for the token of the row After, with
// INNEREXTRA for its EXTRA. If a placeholder is in several places, its value is the same.
type Row struct {
	Name    string            // the service of the provider, or the name in the cookbook
	Origin  string            // the scheme and host of the vendor's URL, which the sandbox replaces
	Staging string            // the origin of the vendor's second environment, if it has one
	API     string            // the origin of the vendor's API; empty: Origin and Staging
	Base    string            // comes before Path in the sandbox: many vendors of the cookbook have the same paths
	Method  string            // the request's method
	Path    string            // the request's path
	Query   map[string]string // the parameters of its URL
	Basic   string            // user name and password of HTTP Basic, if any, joined by a colon
	Header  map[string]string // its further headers
	Type    string            // the type of its body; empty: there is no body, or one without a type
	Body    string            // its body, if any. JSON and forms are compared as values
	After   string            // the row whose token the request needs; empty: none
	Once    bool              // each token of After is accepted only once
	HMAC    *HMAC             // what HMAC stands for
	TOTP    *TOTP             // what TOTP stands for
	JWT     *Assertion        // what JWT stands for

	Clients []Client // the clients of a new Server; nil: the request has the made-up credentials of Value
	Scopes  []string // of every client. A request without scopes gets all of them; nil: it gets those that it asks for

	Status   int               // the status of the answer; 0: 200
	Answered map[string]string // the headers of the answer, except Set-Cookie
	Cookies  []string          // the lines Set-Cookie of the answer
	// Answer is the body of the answer: JSON, if Answered has no Content-Type. It, Answered and
	// the value in each of Cookies have placeholders: TOKEN for the token, EXTRA for a further
	// value that goes with it, such as the id of the session, TYPE for its type, SCOPE for the
	// granted scopes, SECONDS and MILLISECONDS for its lifetime, and UNIX, MILLIS and RFC3339
	// for its time of expiry. A last member "scope":"SCOPE" is left out if no scope is granted.
	Answer    string
	TokenType string        // the token's type in the answer, if it has one
	Token     TokenKind     // the form of the token
	Lifetime  time.Duration // how long the token is valid; 0 if the documents do not say

	// Refused are the bodies of refusals by status: 500 is for all statuses from 500
	// on, and 0 for all others. CODE and MESSAGE are placeholders for the reason. CODE is
	// for vendors with the codes of OAuth, such as invalid_request: other codes are written
	// as they are. nil: the documents show none.
	Refused map[int]string
	Reasons map[int]Reason // the vendor's reasons by status, as in Refused
	Realm   string         // the realm in the WWW-Authenticate of a 401; empty: there is no such header

	// Use are the headers that the vendor's API expects, with the placeholders TOKEN, EXTRA,
	// INNER and INNEREXTRA. The names of cookies are not placeholders.
	Use             map[string]string
	UseBasic        string   // the user name and password of HTTP Basic that it expects, as in Basic, with these placeholders
	Resource        string   // the path of the protected resource, if the sandbox has one
	ResourceMethods []string // the methods that it accepts
	Revocation      *Row     // the request that revokes a token, if the documents name one, with the placeholders of Use and of a request
}

// Reason is what a vendor says about a refusal in general.
type Reason struct {
	Code       string
	Message    string // STATUS is the placeholder for the text of the status, which is the message if this is empty
	RetryAfter string // the value of that header, if there is one
}

// TokenKind is the form of a token.
type TokenKind int

// The kinds of tokens.
const (
	Word      TokenKind = iota // the documents do not say
	JWT                        // with an expiry
	Base64                     // of 32 bytes
	Base64URL                  // of 24 bytes
)

// The ways in which a client writes its id and secret into the header of HTTP Basic.
const (
	Raw  = "raw"  // as they are
	Form = "form" // form-escaped first (RFC 6749, section 2.3.1)
)

// Client is a client of a service.
type Client struct {
	ID       string
	Secret   string
	Encoding string // Raw (also if empty) or, with HTTP Basic, Form
}

// madeUp returns the only client of a service. Its secret is different in every encoding.
func madeUp(service string) []Client {
	return []Client{{ID: "sandbox-" + service, Secret: "fake " + service + "+secret/100%:=ü"}}
}

// Value returns the made-up value of a credential, such as "client_secret", that rows
// without clients accept. It is different in every encoding. A name that ends in _base32,
// _base64, _hex or totp_secret gives a value in that encoding; that of totp_secret is base32.
func Value(name string) string {
	plain := []byte("fake-" + name)
	switch {
	case strings.HasSuffix(name, "_base32"), strings.HasSuffix(name, "totp_secret"):
		return base32.StdEncoding.WithPadding(base32.NoPadding).EncodeToString(plain)
	case strings.HasSuffix(name, "_base64"):
		return base64.StdEncoding.EncodeToString(plain)
	case strings.HasSuffix(name, "_hex"):
		return hex.EncodeToString(plain)
	}
	return "fake-" + name + "+/&=%"
}

// AllRows returns every row: the vendors', then the cookbook's.
func AllRows() []Row { return append(Vendors(), Cookbook()...) }

// Services returns the names of the vendors that are services of the provider, sorted.
func Services() []string {
	var names []string
	for _, row := range Vendors() {
		names = append(names, row.Name)
	}
	return names
}

// Find returns the row of that name. It panics if there is none, so that a test with a typo
// fails.
func Find(name string) Row {
	rows := AllRows()
	i := slices.IndexFunc(rows, func(row Row) bool { return row.Name == name })
	if i < 0 {
		panic(fmt.Sprintf("sandbox: no service %q", name))
	}
	return rows[i]
}

// TokenPath returns the path of the service's token endpoint.
func TokenPath(service string) string { row := Find(service); return row.Base + row.Path }

// ResourcePath returns the path of the service's protected resource.
func ResourcePath(service string) string { return Find(service).Resource }
