package sandbox

import (
	"fmt"
	"maps"
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
	Signed  bool              // Authorization is Bearer with a JWT of app_id, signed by RS256 with the private key of the Server

	Clients []Client // the clients of a new Server; nil: the request has the made-up credentials of Value
	Scopes  []string // of every client. A request without scopes gets all of them; nil: it gets those that it asks for

	Status   int               // the status of the answer; 0: 200
	Answered map[string]string // the headers of the answer
	// Answer is the body of the answer. It and Answered have placeholders: TOKEN for
	// the token, TYPE for its type, SCOPE for the granted scopes, SECONDS and
	// MILLISECONDS for its lifetime, and UNIX, MILLIS and RFC3339 for its time of
	// expiry. A last member "scope":"SCOPE" is left out if no scope is granted.
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

	Use             map[string]string // the headers that the vendor's API expects
	Resource        string            // the path of the protected resource, if the sandbox has one
	ResourceMethods []string          // the methods that it accepts
	Revocation      *Row              // the request that revokes a token, if the documents name one. TOKEN is the placeholder for the token
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
// without clients accept. It is different in every encoding.
func Value(name string) string { return "fake-" + name + "+/&=%" }

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

// ending returns the request that revokes the token.
func (row Row) ending(token string) Row {
	fill := func(text string) string { return strings.ReplaceAll(text, "TOKEN", token) }
	fillAll := func(values map[string]string) map[string]string {
		filled := maps.Clone(values)
		for name, value := range filled {
			filled[name] = fill(value)
		}
		return filled
	}
	end := *row.Revocation
	end.Base, end.Path, end.Body = row.Base, fill(end.Path), fill(end.Body)
	end.Header, end.Query = fillAll(end.Header), fillAll(end.Query)
	return end
}
