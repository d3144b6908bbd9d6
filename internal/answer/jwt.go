package answer

import (
	"encoding/base64"
	"encoding/json"
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
	parts := strings.Split(raw, ".")
	if len(parts) != 3 {
		return nil, nil, fmt.Errorf("a signed JWT has three parts separated by dots, this one has %d", len(parts))
	}
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
	if problem, ok := errors.AsType[JSONError](checkValue(jsonDecoder(decoded), 0)); ok {
		return nil, errors.New("the JWT's " + name + " part cannot be used: " + problem.Error())
	}
	var object map[string]any
	if err := decodeOne(jsonDecoder(decoded), &object); err != nil || object == nil {
		return nil, errors.New("the JWT's " + name + " part is not a JSON object")
	}
	return object, nil
}

// JWTExpiry returns the exp claim (RFC 7519, section 4.1.4) of a token that
// happens to be a JWT; zero if it is not one or has no such claim.
func JWTExpiry(raw string) time.Time {
	_, claims, err := DecodeJWT(raw)
	if err != nil {
		return time.Time{}
	}
	number, _ := claims["exp"].(json.Number)
	seconds, _ := number.Float64()
	if seconds <= 0 || seconds > latestExpiry {
		return time.Time{}
	}
	return time.Unix(int64(math.Floor(seconds)), 0).UTC()
}
