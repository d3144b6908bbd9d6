package token

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"strconv"
	"strings"
)

// metadata is what an authorization server says of itself (RFC 8414, section
// 2; OpenID Connect Discovery 1.0, section 3).
type metadata struct {
	Issuer string `json:"issuer"`
	endpoints
	// Aliases are the endpoints for mutual TLS (RFC 8705, section 5).
	Aliases endpoints `json:"mtls_endpoint_aliases"`
}

type endpoints struct {
	Token      string `json:"token_endpoint"`
	Revocation string `json:"revocation_endpoint"`
}

// resolve returns the exchange with the issuer's endpoints where it has none of its own.
func (c *Cache) resolve(ctx context.Context, x *Exchange) (*Exchange, error) {
	needed := x.Request.URL == "" || x.Revoke != nil && x.Revoke.URL == ""
	if x.Issuer == "" || !needed {
		return x, nil
	}
	d := newDigest()
	d.write(x.Issuer, strconv.FormatBool(x.Request.AllowHTTP))
	always := func(*metadata) bool { return true }
	found, err := c.metadata.get(ctx, d.key(), always, func(ctx context.Context) (*metadata, error) {
		return c.client.discover(ctx, x)
	})
	if err != nil {
		return nil, x.callerError(err)
	}
	resolved := *x
	if resolved.Request.URL == "" {
		resolved.Request.URL = found.endpoint(x.Request.Certificate, func(e endpoints) string { return e.Token })
	}
	if x.Revoke != nil && x.Revoke.URL == "" {
		revoke := *x.Revoke
		revoke.URL = found.endpoint(x.Request.Certificate, func(e endpoints) string { return e.Revocation })
		resolved.Revoke = &revoke
	}
	return &resolved, nil
}

// endpoint returns an endpoint, or its alias for clients with a certificate.
func (m *metadata) endpoint(certificate *ClientCertificate, which func(endpoints) string) string {
	if alias := which(m.Aliases); certificate != nil && alias != "" {
		return alias
	}
	return which(m.endpoints)
}

// discover asks the issuer for its metadata, first where RFC 8414 puts it, then
// where OpenID Connect does.
func (c *Client) discover(ctx context.Context, x *Exchange) (*metadata, error) {
	asking := *x
	asking.Endpoint = "issuer"
	var failed *Error
	for _, location := range wellKnown(x.Issuer) {
		asking.Request = Request{Method: http.MethodGet, URL: location, URLName: "issuer", AllowHTTP: x.Request.AllowHTTP}
		a, err := c.ask(ctx, &call{exchange: &asking})
		if err != nil {
			return nil, err
		}
		found, problem := asking.readMetadata(a)
		if problem == nil {
			return found, nil
		}
		// That metadata is wrong says more than that there is none.
		if failed == nil || failed.Status != http.StatusOK {
			failed = problem
		}
	}
	return nil, failed
}

// wellKnown returns where an issuer's metadata may be (RFC 8414, section 3;
// OpenID Connect Discovery 1.0, section 4).
func wellKnown(issuer string) []string {
	var locations []string
	if u, err := url.Parse(issuer); err == nil {
		path := strings.TrimSuffix(u.EscapedPath(), "/")
		locations = append(locations, u.Scheme+"://"+u.Host+"/.well-known/oauth-authorization-server"+path)
	}
	return append(locations, strings.TrimSuffix(issuer, "/")+"/.well-known/openid-configuration")
}

func (x *Exchange) readMetadata(a *answer) (*metadata, *Error) {
	var found metadata
	decoded := json.Unmarshal(a.body, &found) == nil
	if problem := x.metadataProblem(a, decoded, &found); problem != "" {
		failed := x.fail(Error{Kind: KindDiscovery, Status: a.status, Problem: problem})
		failed.Advice = "Set issuer to exactly what the server calls itself, or name the endpoint with token_url instead."
		return nil, failed
	}
	return &found, nil
}

func (x *Exchange) metadataProblem(a *answer, decoded bool, found *metadata) string {
	switch {
	case a.status != http.StatusOK:
		return "it has no metadata where RFC 8414 and OpenID Connect Discovery put it"
	case !decoded:
		return "its metadata is not a JSON object as RFC 8414 describes it"
	case found.Issuer != x.Issuer:
		// RFC 8414, section 3.3: it must not be used. What it says is foreign
		// text, and quoted only where it is a URL.
		if CheckURL(found.Issuer, true) != nil {
			return "its metadata is that of another issuer"
		}
		return `its metadata is that of another issuer, "` + redact(found.Issuer, x.allSecrets(a)) + `"`
	case found.Token == "":
		return "its metadata has no token_endpoint"
	default:
		return ""
	}
}
