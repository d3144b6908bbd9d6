package token

import (
	"encoding/json"
	"errors"
	"io"
)

// decodeOne decodes the one JSON value that there must be.
func decodeOne(decoder *json.Decoder, into any) error {
	if err := decoder.Decode(into); err != nil {
		return err
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		return errors.New("there is more than one value")
	}
	return nil
}
