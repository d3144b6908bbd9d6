package token

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/apitoken/terraform-provider-apitoken/internal/said"
)

const (
	// longestHost is the length of the longest name in the DNS, with a port.
	longestHost = 253 + len(":65535")
	// longestEndpoint is the length of the longest URL of an endpoint in metadata.
	longestEndpoint = 2048
)

// metadata is what an authorization server says of itself (RFC 8414, section
// 2; OpenID Connect Discovery 1.0, section 3).
type metadata struct {
	issuer said.Foreign
	endpoints
	// aliases are the endpoints for mutual TLS (RFC 8705, section 5).
	aliases endpoints
	// methods are the ways to authenticate at the token endpoint that it lists and
	// this provider knows; nil: it lists none.
	methods []string
}

// endpoints are URLs as the metadata has them; empty where it has none.
type endpoints struct{ token, revocation said.Foreign }

// endpoint returns an endpoint, or its alias for clients with a certificate.
func (m *metadata) endpoint(certificate *ClientCertificate, which func(endpoints) said.Foreign) said.Foreign {
	if alias := which(m.aliases); certificate != nil && !alias.IsEmpty() {
		return alias
	}
	return which(m.endpoints)
}

// undiscovered returns the error of metadata that cannot be used.
func (x *Exchange) undiscovered(status int, problem string) *Error {
	e := x.fail(Error{Kind: KindDiscovery, Status: status, Problem: problem})
	// After fail, which would name issuer for token_url.
	e.Advice = "Set issuer to the \"issuer\" value in the server's metadata, or set token_url."
	return e
}

// readMetadata returns the issuer's metadata, or why it cannot be used; both if it
// names an endpoint that cannot be used.
func (x *Exchange) readMetadata(a *answer) (*metadata, *Error) {
	if a.status != http.StatusOK {
		return nil, x.unread(a)
	}
	found, problem := parseMetadata(a.body)
	if problem == "" {
		problem = x.metadataProblem(found, x.judge(a))
	}
	if problem != "" {
		e := x.undiscovered(a.status, problem)
		e.Advice = cmp.Or(x.metadataAdvice(found), e.Advice)
		if found == nil || found.issuer.IsEmpty() {
			e.VendorMessage = x.issuerMessage(a)
		}
		return nil, e
	}
	if flaw := x.flaw(found); flaw != "" {
		return found, x.undiscovered(a.status, flaw)
	}
	return found, nil
}

func (x *Exchange) metadataProblem(found *metadata, judge *said.Judge) string {
	switch {
	case found.issuer.IsEmpty():
		return "its metadata has no issuer"
	case !found.issuer.Is(x.Issuer):
		// RFC 8414, section 3.3: it must not be used.
		return "its metadata is that of another issuer" + x.difference(found.issuer, judge)
	case found.token.IsEmpty():
		return "its metadata has no token_endpoint"
	default:
		return ""
	}
}

// difference says how the name that an issuer gives itself differs from the one
// that is set. The name is foreign text, and quoted only if it is a URL.
func (x *Exchange) difference(named said.Foreign, judge *said.Judge) string {
	if !isWebAddress(named) {
		return ""
	}
	quoted := `, "` + string(judge.Message(named)) + `"`
	_, wanted, _ := strings.Cut(x.Issuer, "://")
	switch {
	case named.Is(x.Issuer + "/"):
		return quoted + ", which has a slash at the end that issuer lacks"
	case named.Is(strings.TrimSuffix(x.Issuer, "/")):
		return quoted + ", which lacks the slash at the end of issuer"
	case named.Is("http://" + wanted):
		return quoted + ", which begins with http:// (a server behind a proxy has to be told its public URL)"
	case named.Is("https://" + wanted):
		return quoted + ", which begins with https://"
	case named.EqualFold(x.Issuer):
		return quoted + ", which has other capital letters than issuer"
	case named.Contains("{"), named.Contains("}"):
		return quoted + ", which stands for many: issuer must name your own tenant"
	default:
		return quoted
	}
}

// isWebAddress reports whether a text is a URL with a host that may be shown.
func isWebAddress(text said.Foreign) bool {
	return CheckURL(text.Use(), true) == nil && hostProblem(text.Use()) == ""
}

// endpoint returns the URL of an endpoint that the metadata names, or says why it
// cannot be used. It is foreign text, and is neither sent nor looked up before it
// has been checked.
func (x *Exchange) endpoint(name string, allowHTTP bool, named said.Foreign) (location, problem string) {
	wrong := "its metadata names a " + name + " that cannot be used: "
	raw := named.Use()
	if named.HasPrefix("/") && !named.HasPrefix("//") {
		u, err := url.Parse(x.Issuer)
		if err != nil {
			return "", wrong + "it is not a full URL"
		}
		raw = u.Scheme + "://" + u.Host + raw
	}
	if problem = hostProblem(raw); problem == "" {
		problem = ofDocument(x.urlProblem(raw, allowHTTP))
	}
	if problem == "" && x.tellsSecret(raw) {
		problem = "its host holds a secret, or what looks like one"
	}
	if problem != "" {
		return "", wrong + problem
	}
	return raw, ""
}

// ofDocument returns what is wrong with a URL that a server has written, without how
// to write it. Plain http:// is what a user may allow.
func ofDocument(problem string) string {
	what, how, _ := strings.Cut(problem, "; ")
	if strings.Contains(how, "allow_http") {
		return problem
	}
	return what
}

// tellsSecret reports whether the host of an endpoint holds a secret: to look it up
// would tell the DNS. The labels that the issuer's host has are the user's own words.
func (x *Exchange) tellsSecret(raw string) bool {
	own, err := url.Parse(x.Issuer)
	if err != nil {
		return false
	}
	u, err := url.Parse(raw)
	if err != nil || strings.EqualFold(u.Host, own.Host) {
		return false
	}
	known := strings.Split(strings.ToLower(own.Hostname()), ".")
	others := slices.DeleteFunc(strings.Split(u.Hostname(), "."), func(label string) bool {
		return slices.Contains(known, strings.ToLower(label))
	})
	host := strings.Join(others, ".")
	return string(x.secrets().Judge().Message(said.NewForeign(host))) != host
}

// urlProblem says what is wrong with the URL of an endpoint, which an issuer may
// have named; "" if nothing is.
func (x *Exchange) urlProblem(raw string, allowHTTP bool) string {
	err := CheckURL(raw, allowHTTP)
	if err == nil {
		return ""
	}
	return string(x.secrets().Judge().Message(said.ErrorText(err)))
}

// hostProblem says what is wrong with the length of a URL, or with its host, if it
// has one.
func hostProblem(raw string) string {
	if len(raw) > longestEndpoint {
		return "it is too long"
	}
	u, err := url.Parse(raw)
	if err != nil {
		return "" // CheckURL says so
	}
	isPlain := func(r rune) bool {
		return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || strings.ContainsRune("-._:[]", r)
	}
	if len(u.Host) > longestHost || strings.ContainsFunc(u.Host, func(r rune) bool { return !isPlain(r) }) {
		return "its host is not the name of a host"
	}
	return ""
}

// parseMetadata reads metadata, or says why it cannot. What it does not need may
// be anything.
func parseMetadata(body []byte) (found *metadata, problem string) {
	fields, err := objectFields(body)
	if err != nil {
		return nil, "its metadata is not a JSON object as RFC 8414 describes it"
	}
	found = &metadata{}
	if found.issuer, problem = fields.text("issuer"); problem == "" {
		found.token, problem = fields.text("token_endpoint")
	}
	if problem != "" {
		return nil, "its metadata has " + problem
	}
	// Without these, others are used, or an error says so where one is needed.
	found.revocation, _ = fields.text("revocation_endpoint")
	found.methods = knownMethods(fields.values("token_endpoint_auth_methods_supported"))
	if raw := fields.values("mtls_endpoint_aliases"); len(raw) > 0 {
		if aliases, err := objectFields(raw[0]); err == nil {
			found.aliases.token, _ = aliases.text("token_endpoint")
			found.aliases.revocation, _ = aliases.text("revocation_endpoint")
		}
	}
	return found, ""
}

// jsonFields are the values in a JSON object by their names. JSON does not forbid
// that there are several for one (RFC 8259, section 4).
type jsonFields map[string][]json.RawMessage

// objectFields reads a JSON object.
func objectFields(body []byte) (jsonFields, error) {
	if !json.Valid(body) {
		return nil, errors.New("it is not JSON")
	}
	decoder := json.NewDecoder(bytes.NewReader(body))
	if opening, err := decoder.Token(); err != nil || opening != json.Delim('{') {
		return nil, errors.New("it is not an object")
	}
	fields := jsonFields{}
	for decoder.More() {
		name, err := decoder.Token()
		if err != nil {
			return nil, err
		}
		var value json.RawMessage
		if err := decoder.Decode(&value); err != nil {
			return nil, err
		}
		if name, ok := name.(string); ok {
			fields[name] = append(fields[name], value)
		}
	}
	return fields, nil
}

// values returns the values of a name or, where there are none, those of one that
// differs in capital letters alone.
func (f jsonFields) values(name string) []json.RawMessage {
	if found, ok := f[name]; ok {
		return found
	}
	for _, other := range slices.Sorted(maps.Keys(f)) {
		if strings.EqualFold(other, name) {
			return f[other]
		}
	}
	return nil
}

// text returns the text with a name, empty where there is none or null, or says what
// is wrong with it.
func (f jsonFields) text(name string) (found said.Foreign, problem string) {
	values := f.values(name)
	for i, value := range values {
		var text *string
		if json.Unmarshal(value, &text) != nil {
			return found, "a value for " + name + " that is not a text"
		}
		if text == nil {
			text = new(string)
		}
		if i > 0 && !found.Is(*text) {
			return found, "two values for " + name
		}
		found = said.NewForeign(*text)
	}
	return found, ""
}
