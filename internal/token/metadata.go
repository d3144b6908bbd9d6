package token

import (
	"bytes"
	"encoding/json"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/apitoken/terraform-provider-apitoken/internal/said"
	"github.com/apitoken/terraform-provider-apitoken/internal/transport"
)

// The members of metadata that name endpoints.
const (
	tokenEndpoint      = "token_endpoint"
	revocationEndpoint = "revocation_endpoint"
)

// metadata is what an authorization server says of itself (RFC 8414, section
// 2; OpenID Connect Discovery 1.0, section 3).
type metadata struct {
	issuer said.Foreign
	// endpoints are URLs by their members, and aliases those for mutual TLS (RFC 8705,
	// section 5).
	endpoints, aliases map[string]said.Foreign
	// methods are the ways to authenticate at the token endpoint that it lists and
	// this provider knows; nil: it lists none.
	methods []string
}

// endpoint returns an endpoint, or its alias for clients with a certificate.
func (m *metadata) endpoint(certificate *ClientCertificate, name string) said.Foreign {
	if alias := m.aliases[name]; certificate != nil && !alias.IsEmpty() {
		return alias
	}
	return m.endpoints[name]
}

// metadata returns the issuer's metadata, or why it cannot be used; both if it
// names an endpoint that cannot be used.
func (a *Answer) metadata() (*metadata, *Error) {
	if a.Status != http.StatusOK {
		e := a.fail(KindDiscovery, ProblemNoMetadata)
		e.Wait, e.RetryAt = a.Wait, a.RetryAt()
		return nil, e
	}
	found, e := a.parseMetadata()
	if e != nil {
		return nil, e
	}
	var problem Problem
	switch {
	case found.issuer.IsEmpty():
		problem = ProblemNoIssuer
	case !found.issuer.Is(a.Exchange.Issuer):
		problem = ProblemOtherIssuer // RFC 8414, section 3.3: it must not be used
	case found.endpoints[tokenEndpoint].IsEmpty():
		problem = ProblemNoTokenEndpoint
	}
	if problem != 0 {
		e = a.fail(KindDiscovery, problem)
		e.Issuer = found.issuer
		return nil, e
	}
	if e = a.Exchange.flaw(found); e != nil {
		e.Answer, e.Status = a, a.Status
	}
	return found, e
}

// endpoint returns the URL of an endpoint that the metadata names, or says why it
// cannot be used. It is foreign text, and is neither sent nor looked up before it
// has been checked.
func (x *Exchange) endpoint(name string, allowHTTP bool, named said.Foreign) (location string, problem *Error) {
	raw := named.Use()
	if named.HasPrefix("/") && !named.HasPrefix("//") {
		if u, err := url.Parse(x.Issuer); err == nil {
			raw = u.Scheme + "://" + u.Host + raw
		}
	}
	bad := transport.CheckNamedURL(raw, allowHTTP)
	if bad == nil && !x.tellsSecret(raw) {
		return raw, nil
	}
	return "", &Error{Kind: KindDiscovery, Problem: ProblemEndpoint, Purpose: ForMetadata, Exchange: x, Name: name, Cause: bad}
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
	return string(x.Secrets.Judge().Message(said.NewForeign(host))) != host
}

// parseMetadata reads metadata, or says why it cannot. What it does not need may
// be anything.
func (a *Answer) parseMetadata() (found *metadata, problem *Error) {
	fields, ok := objectFields([]byte(a.body.Use()))
	if !ok {
		return nil, a.fail(KindDiscovery, ProblemNotMetadata)
	}
	texts := map[string]said.Foreign{}
	for _, name := range []string{"issuer", tokenEndpoint} {
		text, wrong := fields.text(name)
		if wrong != 0 {
			problem = a.fail(KindDiscovery, wrong)
			problem.Name = name
			return nil, problem
		}
		texts[name] = text
	}
	// Without these, others are used, or an error says so where one is needed.
	texts[revocationEndpoint], _ = fields.text(revocationEndpoint)
	aliases := map[string]said.Foreign{}
	if raw := fields.values("mtls_endpoint_aliases"); len(raw) > 0 {
		inside, _ := objectFields(raw[0])
		for _, name := range []string{tokenEndpoint, revocationEndpoint} {
			aliases[name], _ = inside.text(name)
		}
	}
	methods := knownMethods(fields.values("token_endpoint_auth_methods_supported"))
	return &metadata{issuer: texts["issuer"], endpoints: texts, aliases: aliases, methods: methods}, nil
}

// jsonFields are the values in a JSON object by their names. JSON does not forbid
// that there are several for one (RFC 8259, section 4).
type jsonFields map[string][]json.RawMessage

// objectFields reads a JSON object, and reports whether it is one.
func objectFields(body []byte) (fields jsonFields, ok bool) {
	decoder := json.NewDecoder(bytes.NewReader(body))
	if opening, err := decoder.Token(); err != nil || opening != json.Delim('{') || !json.Valid(body) {
		return nil, false
	}
	fields = jsonFields{}
	for decoder.More() {
		name, _ := decoder.Token() // the body is valid
		var value json.RawMessage
		if decoder.Decode(&value) != nil {
			return nil, false
		}
		text, _ := name.(string)
		fields[text] = append(fields[text], value)
	}
	return fields, true
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
func (f jsonFields) text(name string) (found said.Foreign, problem Problem) {
	for i, value := range f.values(name) {
		var text *string
		if json.Unmarshal(value, &text) != nil {
			return found, ProblemNotText
		}
		if text == nil {
			text = new(string)
		}
		if i > 0 && !found.Is(*text) {
			return found, ProblemTwice
		}
		found = said.NewForeign(*text)
	}
	return found, 0
}

// authMethods are the ways to authenticate that a client can use: the IANA registry
// "OAuth Token Endpoint Authentication Methods".
var authMethods = []string{
	"client_secret_basic", "client_secret_post", "client_secret_jwt", "private_key_jwt", "tls_client_auth", "self_signed_tls_client_auth", "none",
}

// knownMethods returns those of the listed ways that have a name known here, so
// that nothing else of a list is ever shown.
func knownMethods(lists []json.RawMessage) []string {
	if len(lists) != 1 {
		return nil
	}
	var listed []any
	if json.Unmarshal(lists[0], &listed) != nil {
		return nil
	}
	return slices.DeleteFunc(slices.Clone(authMethods), func(name string) bool { return !slices.Contains(listed, any(name)) })
}
