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

// Row is one vendor's token endpoint, written from the vendor's public
// documents. It takes the documented request and nothing else.
//
// In the request, ID and SECRET stand for those of one of its Clients, and SCOPE
// for the scopes asked for. Each of them is a whole value: a parameter, a header,
// or a member of the body. Only SCOPE may be left out.
type Row struct {
	// Name is the service of the provider, or the name in the cookbook.
	Name string
	// Origin is the scheme and host of the vendor's URL, which the sandbox stands for.
	Origin string
	// Staging is the origin of the vendor's second environment; empty: none.
	Staging string
	// API is the origin of the vendor's API; empty: Origin and Staging.
	API string
	// Base comes before Path in the sandbox: many vendors of the cookbook have the same paths.
	Base string
	// Method is the request's method.
	Method string
	// Path is the request's path as it must be written.
	Path string
	// Query are the parameters of its URL.
	Query map[string]string
	// Basic are user name and password of HTTP Basic, joined by a colon; empty: none.
	Basic string
	// Header are its further headers.
	Header map[string]string
	// Type is the type of its body; empty: there is no body, or one without a type.
	Type string
	// Body is its body: JSON and forms are compared as values. Empty: none.
	Body string
	// Signed is set where Authorization is Bearer with a JWT of app_id, signed by
	// RS256 with the private key of the Server.
	Signed bool

	// Clients are those that a new Server knows; nil: the request is written with
	// the made-up values of Value.
	Clients []Client
	// Scopes are those of every client, all of which it has where it asks for none;
	// nil: what is asked for is granted.
	Scopes []string

	// Status is the status of the answer; 0: 200.
	Status int
	// Answered are the headers of the answer.
	Answered map[string]string
	// Answer is the body of the answer. In it, and in Answered, TOKEN stands for
	// the token, TYPE for its type, SCOPE for what is granted, SECONDS and
	// MILLISECONDS for its lifetime, and UNIX, MILLIS and RFC3339 for the time when
	// it expires. A last member "scope":"SCOPE" is left out where nothing is granted.
	Answer string
	// TokenType is the token's type as the answer writes it; empty: it names none.
	TokenType string
	// Token is what the token looks like.
	Token TokenKind
	// Lifetime is how long the token lives; 0: the documents do not say.
	Lifetime time.Duration

	// Refused are the bodies of refusals by status; 500 stands for all statuses from
	// 500 on, 0 for all others. In it, CODE and MESSAGE stand for the reason. nil:
	// the documents show none.
	Refused map[int]string
	// Reasons are what the vendor says with a status, which is found as in Refused.
	Reasons map[int]Reason
	// Realm is what WWW-Authenticate names in a 401; empty: there is no such header.
	Realm string

	// Use are the headers that the vendor's API expects.
	Use map[string]string
	// Resource is the path of the protected resource; empty: the sandbox has none.
	Resource string
	// ResourceMethods are the methods that it takes.
	ResourceMethods []string
	// Revocation is the request that ends a token, which TOKEN stands for; nil:
	// the documents name none.
	Revocation *Row
}

// Reason is what a vendor says where nothing says more.
type Reason struct {
	Code string
	// Message may hold STATUS, which stands for the status' text. Empty: it is that.
	Message string
	// RetryAfter is the header of that name; empty: none.
	RetryAfter string
}

// TokenKind is what a token looks like.
type TokenKind int

// The kinds of tokens.
const (
	Word      TokenKind = iota // not told by the documents
	JWT                        // with an expiry
	Base64                     // of 32 bytes
	Base64URL                  // of 24 bytes
)

// The ways a client that uses HTTP Basic writes its id and secret into the header.
const (
	Raw  = "raw"  // as they are
	Form = "form" // form-escaped first, as RFC 6749 section 2.3.1 wants
)

// Client is a set of credentials that a service knows.
type Client struct {
	ID     string
	Secret string
	// Encoding is Raw (also when empty) or Form, which only HTTP Basic knows.
	Encoding string
}

// madeUp returns the client of a service with a single one. Its secret looks
// different in every encoding.
func madeUp(service string) []Client {
	return []Client{{ID: "sandbox-" + service, Secret: "fake " + service + "+secret/100%:=ü"}}
}

// Value returns the made-up value of a credential, such as "client_secret",
// that every row without clients knows. It looks different in every encoding.
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

// Find returns the row of that name. It panics if there is none, so that a typo
// in a test does not pass unnoticed.
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

// ending returns the request that ends the token.
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
