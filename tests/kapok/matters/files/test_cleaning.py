"""What people send, and what is made of it."""

import io
import struct
import wave
import zlib

import pillow_heif
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from kapok.errors import Refused
from kapok.matters.files import clean, limits, sounds

GPS, MAKE, ORIENTATION = 0x8825, 0x010F, 0x0112
SECRET = b"secret of where it was taken"


def photo(size=(640, 480), form="JPEG", **more) -> bytes:
    out = io.BytesIO()
    Image.linear_gradient("L").resize(size).convert("RGB").save(out, form, **more)
    return out.getvalue()


def with_everything_about_its_taker() -> bytes:
    exif = Image.Exif()
    exif[MAKE] = SECRET.decode()
    exif[ORIENTATION] = 6
    exif.get_ifd(GPS)[1] = "N"
    exif.get_ifd(GPS)[2] = (23.0, 6.0, 30.0)
    return photo(
        exif=exif, icc_profile=SECRET, comment=SECRET, xmp=b"<x:xmpmeta>" + SECRET + b"</x:xmpmeta>"
    )


def opened(data: bytes) -> Image.Image:
    found = Image.open(io.BytesIO(data))
    found.load()
    return found


class TestPhotos:
    def test_a_photo_is_written_anew_with_a_thumbnail(self):
        done = clean(photo((3000, 1500)), "PHOTO")

        assert done.media_type == "image/jpeg"
        assert opened(done.content).size == (2000, 1000)
        assert opened(done.thumbnail).size == (320, 160)

    def test_nothing_tells_where_and_by_whom_it_was_taken(self):
        sent = with_everything_about_its_taker()
        assert SECRET in sent

        done = clean(sent, "PHOTO")

        assert SECRET not in done.content + done.thumbnail
        assert not opened(done.content).getexif()
        assert not {"icc_profile", "exif", "xmp", "comment"} & set(opened(done.content).info)

    def test_a_photo_that_lies_on_its_side_is_set_upright(self):
        assert opened(clean(with_everything_about_its_taker(), "PHOTO").content).size == (480, 640)

    def test_a_photo_of_an_iphone_is_read(self):
        out = io.BytesIO()
        pillow_heif.from_pillow(Image.new("RGB", (200, 100), "red")).save(out)

        assert opened(clean(out.getvalue(), "PHOTO").content).size == (200, 100)

    @pytest.mark.parametrize("form", ["PNG", "WEBP", "GIF"])
    def test_other_forms_become_jpeg(self, form):
        assert clean(photo(form=form), "PHOTO").media_type == "image/jpeg"

    def test_what_is_see_through_is_laid_on_white(self):
        out = io.BytesIO()
        Image.new("RGBA", (20, 20), (0, 0, 0, 0)).save(out, "PNG")

        assert opened(clean(out.getvalue(), "PHOTO").content).getpixel((10, 10)) == (255, 255, 255)

    def test_of_an_animation_the_first_picture_is_kept(self):
        out = io.BytesIO()
        frames = [Image.new("P", (50, 50), n) for n in range(40)]
        frames[0].save(out, "GIF", save_all=True, append_images=frames[1:])

        assert opened(clean(out.getvalue(), "PHOTO").content).size == (50, 50)

    def test_what_hides_behind_a_photo_is_gone(self):
        page = b"<html><script>alert(1)</script></html>"
        done = clean(photo() + page, "PHOTO")
        assert page not in done.content
        done = clean(photo(comment=page), "PHOTO")
        assert b"<script" not in done.content


class TestWhatIsRefused:
    @pytest.mark.parametrize(
        "data",
        [
            b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
            b"<html><body>hello</body></html>",
            b"GIF",
            b"%PDF-1.4 a paper",
            b"MZ a program",
            b"PK\x03\x04 an archive",
            b"RIFF\x00\x00\x00\x00WAVE",
            b"\x00" * 100,
        ],
    )
    def test_what_is_no_photo(self, data):
        with pytest.raises(Refused, match=r"照片|photo"):
            clean(data, "PHOTO")

    def test_an_empty_file(self):
        with pytest.raises(Refused, match=r"empty|空"):
            clean(b"", "PHOTO")

    def test_a_photo_that_is_cut_off(self):
        whole = photo()
        with pytest.raises(Refused, match=r"broken|损坏"):
            clean(whole[: len(whole) // 2], "PHOTO")

    @pytest.mark.parametrize(
        "head", [b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"GIF89a", b"RIFF\x10\x00\x00\x00WEBP"]
    )
    def test_a_head_with_nothing_behind_it(self, head):
        with pytest.raises(Refused, match=r"broken|损坏"):
            clean(head + b"\x00" * 200, "PHOTO")

    def test_a_bomb_of_pixels(self):
        def chunk(name: bytes, body: bytes) -> bytes:
            check = struct.pack(">I", zlib.crc32(name + body))
            return struct.pack(">I", len(body)) + name + body + check

        rows = zlib.compress(b"\x00" * 50_000_000, 9)
        bomb = (
            b"\x89PNG\r\n\x1a\n"
            + chunk(b"IHDR", struct.pack(">IIBBBBB", 60_000, 60_000, 8, 2, 0, 0, 0))
            + chunk(b"IDAT", rows)
            + chunk(b"IEND", b"")
        )
        with pytest.raises(Refused, match=r"pixels|像素"):
            clean(bomb, "PHOTO")

    def test_a_gif_that_says_it_is_enormous(self):
        bomb = b"GIF89a" + struct.pack("<HH", 65_535, 65_535) + b"\xf7\x00\x00" + bytes(768)
        with pytest.raises(Refused):
            clean(bomb, "PHOTO")

    def test_more_than_the_limit(self):
        with pytest.raises(Refused, match="15 MB"):
            clean(b"\xff\xd8\xff" + b"\x00" * limits.MOST_BYTES["PHOTO"], "PHOTO")

    @given(st.data())
    @settings(max_examples=12, suppress_health_check=list(HealthCheck))
    def test_any_damage_is_refused_or_gives_a_whole_photo(self, data):
        whole = bytearray(photo((64, 48)))
        for at in data.draw(st.lists(st.integers(3, len(whole) - 1), max_size=20)):
            whole[at] = data.draw(st.integers(0, 255))
        try:
            done = clean(bytes(whole), "PHOTO")
        except Refused:
            return
        assert opened(done.content).format == "JPEG"


class TestVoiceAndPapers:
    def spoken(self, seconds: int) -> bytes:
        out = io.BytesIO()
        with wave.open(out, "wb") as sound:
            sound.setparams((1, 1, 8000, 0, "NONE", "NONE"))
            sound.writeframes(b"\x80" * 8000 * seconds)
        return out.getvalue()

    def test_a_voice_note_is_kept_as_it_came(self):
        sent = self.spoken(3)
        assert clean(sent, "VOICE").content == sent
        assert sounds.seconds(sent, "audio/wav") == 3

    def test_one_that_is_too_long_is_refused(self):
        with pytest.raises(Refused, match="10"):
            clean(self.spoken(601), "VOICE")

    def test_recordings_of_browsers_are_known(self):
        webm = b"\x1aE\xdf\xa3\x9fB\x86\x81\x01B\x82\x84webm" + bytes(100)
        assert clean(webm, "VOICE").media_type == "audio/webm"

    def test_a_sound_of_a_telephone_says_its_length(self):
        head = struct.pack(">IIIII", 0, 0, 0, 1000, 5500) + bytes(80)
        mvhd = struct.pack(">I4s", 8 + len(head), b"mvhd") + head
        moov = struct.pack(">I4s", 8 + len(mvhd), b"moov") + mvhd
        sent = struct.pack(">I4s", 16, b"ftyp") + b"M4A \x00\x00\x00\x00" + moov
        assert clean(sent, "VOICE").media_type == "audio/mp4"
        assert sounds.seconds(sent, "audio/mp4") == 5.5

    @given(st.binary(max_size=300), st.sampled_from(["audio/wav", "audio/ogg", "audio/mp4"]))
    def test_no_bytes_confuse_the_reader_of_lengths(self, data, media_type):
        for each in (b"OggS" + data, data):
            found = sounds.seconds(each, media_type)
            assert found is None or found >= 0

    @pytest.mark.parametrize("data", [b"<html>", b"\xff\xd8\xff", b"ID3"])
    def test_what_is_no_voice_note_is_refused(self, data):
        with pytest.raises(Refused, match="WebM"):
            clean(data, "VOICE")

    def test_a_paper_is_whole_pdf(self):
        assert clean(b"%PDF-1.7 ... %%EOF\n", "PAPER").media_type == "application/pdf"
        with pytest.raises(Refused, match=r"cut off|不完整"):
            clean(b"%PDF-1.7 ...", "PAPER")
        with pytest.raises(Refused, match="PDF"):
            clean(b"<html>%PDF-", "PAPER")
