"""What must hold for a check to pass, in the language that users of gatus know: `[STATUS] == any(200, 204)`. Pure."""
