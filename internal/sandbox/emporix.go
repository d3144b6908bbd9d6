package sandbox

import (
	"net/http"
	"slices"
	"strings"
	"time"
)

// EmporixTenant is the tenant of every Emporix token.
const EmporixTenant = "yourtenant"

type emporixAnswer struct {
	AccessToken           string `json:"access_token"`
	TokenType             string `json:"token_type"`
	ExpiresIn             int64  `json:"expires_in"`
	SessionIdleTime       int    `json:"session_idle_time"`
	RefreshToken          string `json:"refresh_token"`
	RefreshTokenExpiresIn int    `json:"refresh_token_expires_in"`
	Scope                 string `json:"scope"`
}

// emporixError and emporixFault are what Apigee, the gateway, answers: the first
// for a request it refuses, the second when it cannot serve one.
type emporixError struct {
	ErrorCode string `json:"ErrorCode"`
	Error     string `json:"Error"`
}

type emporixFault struct {
	Fault struct {
		FaultString string `json:"faultstring"`
		Detail      struct {
			ErrorCode string `json:"errorcode"`
		} `json:"detail"`
	} `json:"fault"`
}

func emporixService() service {
	return service{
		name:            emporix,
		tokenPath:       "/oauth/token",
		contentType:     typeForm,
		lifetime:        14399 * time.Second,
		clients:         []Client{madeUp(emporix)},
		resourcePath:    "/category/" + EmporixTenant + "/categories",
		resourceMethods: []string{http.MethodGet},
		header:          "Authorization",
		prefix:          bearerPrefix,
		read:            readEmporix,
		grant:           grantEmporix,
		mint:            mintBase64URL,
		answer:          answerEmporix,
		refuse:          refuseEmporix,
	}
}

// emporixScopes are the scopes of every client.
func emporixScopes() []string {
	return []string{
		"category.category_manage",
		"category.category_publish",
		"category.category_read",
		"category.category_read_unpublished",
		"category.category_unpublish",
	}
}

func readEmporix(r *http.Request, body []byte) (claim, *refusal) {
	if r.Header.Get("Authorization") != "" {
		return claim{}, badRequest("The credentials belong into the body.")
	}
	fields, why := readForm(body, []string{"client_id", "client_secret", "grant_type"}, []string{"scope"})
	if why != nil {
		return claim{}, why
	}
	if fields["grant_type"] != "client_credentials" {
		return claim{}, &refusal{http.StatusBadRequest, codeBadGrantType, "The grant type is not supported."}
	}
	return claim{id: fields["client_id"], secret: fields["client_secret"], scope: fields["scope"]}, nil
}

// grantEmporix grants every scope where none is asked for.
func grantEmporix(scope string) (string, *refusal) {
	scopes := emporixScopes()
	if scope != "" {
		scopes = strings.Split(scope, " ")
	}
	for _, name := range scopes {
		if !slices.Contains(emporixScopes(), name) {
			return "", &refusal{http.StatusBadRequest, codeInvalidScope, "The scope is not assigned to the client."}
		}
	}
	return "scope=" + strings.Join(scopes, " ") + " tenant=" + EmporixTenant, nil
}

func answerEmporix(t issued) any {
	return emporixAnswer{
		AccessToken:     t.token,
		TokenType:       "Bearer",
		ExpiresIn:       t.seconds(),
		SessionIdleTime: 120,
		Scope:           t.scope,
	}
}

func refuseEmporix(why refusal) answer {
	switch why.status {
	case http.StatusUnauthorized:
		why = why.or(codeInvalidClient, "Client credentials are invalid.")
	default:
		why = why.or(codeInvalidRequest, http.StatusText(why.status))
	}
	if why.status != http.StatusTooManyRequests && why.status < 500 {
		return jsonAnswer(why.status, emporixError{ErrorCode: why.code, Error: why.message})
	}
	var f emporixFault
	f.Fault.FaultString = why.message
	f.Fault.Detail.ErrorCode = "messaging.runtime.Failed"
	if why.status == http.StatusTooManyRequests {
		f.Fault.Detail.ErrorCode = "policies.ratelimit.QuotaViolation"
	}
	return jsonAnswer(why.status, f)
}
