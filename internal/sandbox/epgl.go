package sandbox

import (
	"net/http"
	"time"
)

type epglAnswer struct {
	AccessToken string `json:"accessToken"`
	TokenType   string `json:"tokenType"`
	ExpiresIn   int64  `json:"expiresIn"`
}

// epglService takes the POST that the vendor's example sends to the resource, and GET.
func epglService() service {
	return service{
		name:            epgl,
		tokenPath:       "/api/v1/auth/authenticate",
		contentType:     typeJSON,
		lifetime:        time.Hour,
		clients:         []Client{madeUp(epgl)},
		resourcePath:    "/api/v1/secure-endpoint",
		resourceMethods: []string{http.MethodGet, http.MethodPost},
		header:          "Authorization",
		prefix:          bearerPrefix,
		read:            readClientJSON,
		grant:           noScope,
		mint:            mintJWT,
		answer:          answerEPGL,
		refuse:          refuseEPGL,
	}
}

func answerEPGL(t issued) any {
	return epglAnswer{AccessToken: t.token, TokenType: "bearer", ExpiresIn: t.seconds()}
}

// refuseEPGL answers a bare JSON string, and nothing at all from 500 on.
func refuseEPGL(why refusal) answer {
	if why.status >= 500 {
		return answer{status: why.status}
	}
	message := http.StatusText(why.status) + "."
	switch why.status {
	case http.StatusBadRequest:
		message = "Invalid input data."
	case http.StatusUnauthorized:
		message = "Invalid client_id or client_secret."
	}
	a := jsonAnswer(why.status, why.or("", message).message)
	if why.status == http.StatusTooManyRequests {
		return a.with("Retry-After", "1")
	}
	return a
}
