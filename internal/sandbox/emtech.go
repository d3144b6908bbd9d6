package sandbox

import (
	"net/http"
	"time"
)

type emtechAnswer struct {
	AccessToken string `json:"accessToken"`
	ExpiryMS    int64  `json:"expiryMS"`
}

// emtechError is made up: the vendor documents no error body.
type emtechError struct {
	Message string `json:"message"`
}

func emtechService() service {
	return service{
		name:            emtech,
		tokenPath:       "/integration/v1/auth/token",
		contentType:     typeJSON,
		lifetime:        time.Hour,
		clients:         []Client{madeUp(emtech)},
		resourcePath:    "/integration/compliance/v2/remittances",
		resourceMethods: []string{http.MethodGet},
		header:          "X-Sandbox-App-Auth",
		prefix:          bearerPrefix,
		read:            readClientJSON,
		grant:           noScope,
		mint:            mintJWT,
		answer:          answerEmtech,
		refuse:          refuseEmtech,
	}
}

func answerEmtech(t issued) any {
	return emtechAnswer{AccessToken: t.token, ExpiryMS: t.lifetime.Milliseconds()}
}

// refuseEmtech says what the vendor's table of status codes gives as the meaning.
func refuseEmtech(why refusal) answer {
	message := http.StatusText(why.status)
	switch why.status {
	case http.StatusBadRequest:
		message = "Malformed Request"
	case http.StatusUnauthorized:
		message = "Invalid Credentials"
	case http.StatusForbidden:
		message = "Access Denied"
	case http.StatusUnsupportedMediaType:
		message = "Missing Content-Type"
	}
	return jsonAnswer(why.status, emtechError{Message: why.or("", message).message})
}
