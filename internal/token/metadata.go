package token

import (
	"bytes"
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
	issuer string
	endpoints
	// aliases are the endpoints for mutual TLS (RFC 8705, section 5).
	aliases endpoints
	// methods are the ways to authenticate at the token endpoint that it lists and
	// this provider knows; nil: it lists none.
	methods []string
}

// endpoints are URLs as the metadata has them; "" where it has none.
type endpoints struct{ token, revocation string }

// endpoint returns an endpoint, or its alias for clients with a certificate.
func (m *metadata) endpoint(certificate *ClientCertificate, which func(endpoints) string) string {
	if alias := which(m.aliases); certificate != nil && alias != "" {
		return alias
	}
	return which(m.endpoints)
}

// undiscovered returns the error of metadata that cannot be used.
func (x *Exchange) undiscovered(status int, problem string) *Error {
	e := x.fail(Error{Kind: KindDiscovery, Status: status, Problem: problem})
	// After fail, which would name issuer for token_url.
	e.Advice = "Set issuer to exactly what the server calls itself, or name the endpoint with token_url instead."
	return e
}

// readMetadata returns the issuer's metadata, or why it cannot be used.
func (x *Exchange) readMetadata(a *answer) (*metadata, *Error) {
	if a.status != http.StatusOK {
		return nil, x.undiscovered(a.status, "it has no metadata there")
	}
	found, problem := parseMetadata(a.body)
	if problem == "" {
		problem = x.metadataProblem(found, slices.Concat(x.secrets(), a.secrets))
	}
	if problem != "" {
		return nil, x.undiscovered(a.status, problem)
	}
	return found, nil
}

func (x *Exchange) metadataProblem(found *metadata, secrets said.Book) string {
	switch {
	case found.issuer == "":
		return "its metadata has no issuer"
	case found.issuer != x.Issuer:
		// RFC 8414, section 3.3: it must not be used.
		return "its metadata is that of another issuer" + x.difference(found.issuer, secrets)
	case found.token == "":
		return "its metadata has no token_endpoint"
	default:
		return ""
	}
}

// difference says how the name that an issuer gives itself differs from the one
// that is set. The name is foreign text, and quoted only if it is a URL.
func (x *Exchange) difference(named string, secrets said.Book) string {
	if CheckURL(named, true) != nil || hostProblem(named) != "" {
		return ""
	}
	quoted := `, "` + redact(named, secrets) + `"`
	scheme, rest, _ := strings.Cut(named, "://")
	_, wanted, _ := strings.Cut(x.Issuer, "://")
	switch {
	case strings.TrimSuffix(named, "/") == x.Issuer:
		return quoted + ", which has a slash at the end that issuer lacks"
	case named == strings.TrimSuffix(x.Issuer, "/"):
		return quoted + ", which lacks the slash at the end of issuer"
	case rest == wanted:
		return quoted + ", which begins with " + scheme + ":// (a server behind a proxy has to be told its public URL)"
	case strings.EqualFold(named, x.Issuer):
		return quoted + ", which has other capital letters than issuer"
	case strings.ContainsAny(named, "{}"):
		return quoted + ", which stands for many: issuer must name your own tenant"
	default:
		return quoted
	}
}

// endpoint returns the URL of an endpoint that the metadata names, or says why it
// cannot be used. It is foreign text, and is neither sent nor looked up before it
// has been checked.
func (x *Exchange) endpoint(name string, allowHTTP bool, raw string) (location, problem string) {
	wrong := "its metadata names a " + name + " that cannot be used: "
	if strings.HasPrefix(raw, "/") && !strings.HasPrefix(raw, "//") {
		u, err := url.Parse(x.Issuer)
		if err != nil {
			return "", wrong + "it is not a full URL"
		}
		raw = u.Scheme + "://" + u.Host + raw
	}
	if problem = hostProblem(raw); problem != "" {
		return "", wrong + problem
	}
	if err := CheckURL(raw, allowHTTP); err != nil {
		return "", wrong + redact(err.Error(), x.secrets())
	}
	return raw, ""
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

// text returns the text with a name, "" where there is none or null, or says what
// is wrong with it.
func (f jsonFields) text(name string) (found, problem string) {
	values := f.values(name)
	for i, value := range values {
		var text *string
		if json.Unmarshal(value, &text) != nil {
			return "", "a value for " + name + " that is not a text"
		}
		if text == nil {
			text = new(string)
		}
		if i > 0 && *text != found {
			return "", "two values for " + name
		}
		found = *text
	}
	return found, ""
}
