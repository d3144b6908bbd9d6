package answer

import (
	"encoding/base64"
	"errors"
	"fmt"
	"math"
	"strings"
	"time"
)

// DecodeJWT returns the header and the claims of a signed JWT (RFC 7519,
// section 3) WITHOUT verifying the signature. Numbers are json.Number. The
// error says which part is wrong and never repeats any of it.
func DecodeJWT(raw string) (header, claims map[string]any, err error) {
	if dots := strings.Count(raw, "."); dots != 2 {
		return nil, nil, fmt.Errorf("a signed JWT has three parts separated by dots, this one has %d", dots+1)
	}
	parts := strings.Split(raw, ".")
	if header, err = decodeJWTPart("header", parts[0]); err != nil {
		return nil, nil, err
	}
	if claims, err = decodeJWTPart("claims", parts[1]); err != nil {
		return nil, nil, err
	}
	return header, claims, nil
}

func decodeJWTPart(name, part string) (map[string]any, error) {
	decoded, err := base64.RawURLEncoding.DecodeString(part)
	if err != nil {
		return nil, errors.New("the JWT's " + name + " part is not base64url")
	}
	value, hasTwice, err := decodeJSON(decoded)
	problem, _ := errors.AsType[JSONError](err)
	if hasTwice {
		problem = errTwice // a JWT is refused whole (RFC 7519, section 4)
	}
	object, isObject := value.(map[string]any)
	switch {
	case problem == errTooDeep || problem == errTwice:
		return nil, errors.New("the JWT's " + name + " part cannot be used: " + problem.Error())
	case !isObject:
		return nil, errors.New("the JWT's " + name + " part is not a JSON object")
	}
	return object, nil
}

// JWTExpiry returns the exp claim (RFC 7519, section 4.1.4) of a token that
// happens to be a JWT; zero if it is not one or has no such claim. Some write the
// number as a text, or milliseconds, or a date.
func JWTExpiry(raw string) time.Time {
	_, claims, err := DecodeJWT(raw)
	if err != nil {
		return time.Time{}
	}
	if seconds, problem := parseNumber(claims["exp"]); problem == "" && seconds > 0 && seconds < earliestExpiry {
		return time.Unix(int64(math.Floor(seconds)), 0).UTC()
	}
	at, _ := parseTime(claims["exp"])
	return at.Truncate(time.Second)
}
