-- Files that nobody bound to a matter since a moment are deleted by the box; it answers how many.
CREATE OR REPLACE FUNCTION matters_forget_uploads(since timestamptz) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE n bigint;
BEGIN
    IF NOT (scope_may('matter:send') AND scope_may('matter:report') AND scope_is_everywhere()) THEN
        RETURN 0;
    END IF;
    DELETE FROM matters_uploadpart USING matters_upload AS upload
    WHERE upload_id = upload.id AND upload.made_at < since;
    DELETE FROM matters_upload WHERE made_at < since;
    GET DIAGNOSTICS n = ROW_COUNT;
    RETURN n;
END $$;
