package sandbox

import (
	"net/http"
	"time"
)

type oauth2Answer struct {
	TokenType   string `json:"token_type"`
	ExpiresIn   int64  `json:"expires_in"`
	AccessToken string `json:"access_token"`
	Scope       string `json:"scope,omitempty"`
}

// oauth2Error is the error of RFC 6749 section 5.2.
type oauth2Error struct {
	Error       string `json:"error"`
	Description string `json:"error_description"`
}

func oauth2Service() service {
	return service{
		name:        oauth2,
		tokenPath:   "/oauth/v2/token",
		contentType: typeForm,
		lifetime:    time.Hour,
		clients: []Client{
			{ID: "sandbox-oauth2", Secret: `a+b/c:d%&="ü`, Encoding: Raw},       //nolint:gosec // made up
			{ID: "sandbox-oauth2-form", Secret: `e+f/g:h%&="ü`, Encoding: Form}, //nolint:gosec // made up
		},
		resourcePath:    "/orders",
		resourceMethods: []string{http.MethodGet},
		header:          "Authorization",
		prefix:          bearerPrefix,
		read:            readOAuth2,
		grant:           func(scope string) (string, *refusal) { return scope, nil },
		mint:            mintBase64,
		answer:          answerOAuth2,
		refuse:          refuseOAuth2,
	}
}

func readOAuth2(r *http.Request, body []byte) (claim, *refusal) {
	fields, why := readForm(body, []string{"grant_type"}, []string{"scope"})
	if why != nil {
		return claim{}, why
	}
	if fields["grant_type"] != "client_credentials" {
		return claim{}, &refusal{http.StatusBadRequest, codeBadGrantType, "The grant type is not supported."}
	}
	id, secret, ok := r.BasicAuth()
	if !ok {
		return claim{}, &refusal{status: http.StatusUnauthorized}
	}
	return claim{id: id, secret: secret, scope: fields["scope"]}, nil
}

func answerOAuth2(t issued) any {
	return oauth2Answer{TokenType: "Bearer", ExpiresIn: t.seconds(), AccessToken: t.token, Scope: t.scope}
}

func refuseOAuth2(why refusal) answer {
	switch why.status {
	case http.StatusUnauthorized:
		why = why.or(codeInvalidClient, "The client is unknown or its secret is wrong.")
	case http.StatusForbidden:
		why = why.or("unauthorized_client", "The client may not use this grant.")
	case http.StatusTooManyRequests, http.StatusServiceUnavailable:
		why = why.or("temporarily_unavailable", http.StatusText(why.status))
	default:
		code := codeInvalidRequest
		if why.status >= 500 {
			code = "server_error"
		}
		why = why.or(code, http.StatusText(why.status))
	}
	a := jsonAnswer(why.status, oauth2Error{Error: why.code, Description: why.message})
	switch {
	case why.code == codeInvalidToken:
		return a.with("WWW-Authenticate", `Bearer realm="sandbox", error="invalid_token"`)
	case why.status == http.StatusUnauthorized:
		return a.with("WWW-Authenticate", `Basic realm="sandbox"`)
	}
	return a
}
